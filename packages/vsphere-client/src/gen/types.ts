// Made by generate.mjs from vim25.txt. Don't edit it.

export interface ManagedObjectReference {
  _typeName: "ManagedObjectReference";
  type: string;
  value: string;
}
/** A value whose type the table does not list: its name, and nothing else. */
export interface Unlisted {
  _typeName: string;
}
/** A value that says its own type. What is no object, and every array, is in `_value`. */
export type AnyValue = ManagedObjectReference | Unlisted | { _typeName: string; _value: unknown };
export type ArrayUpdateOperation = "add" | "remove" | "edit";
export type CustomizationLicenseDataMode = "perServer" | "perSeat";
export type CustomizationNetBIOSMode = "enableNetBIOSViaDhcp" | "enableNetBIOS" | "disableNetBIOS";
export type DasVmPriority = "disabled" | "low" | "medium" | "high";
export type DpmBehavior = "manual" | "automated";
export type DrsBehavior = "manual" | "partiallyAutomated" | "fullyAutomated";
export type EventFilterSpecRecursionOption = "self" | "children" | "all";
export type HostLockdownMode = "lockdownDisabled" | "lockdownNormal" | "lockdownStrict";
export type HostSystemConnectionState = "connected" | "notResponding" | "disconnected";
export type HostSystemPowerState = "poweredOn" | "poweredOff" | "standBy" | "unknown";
export type HostTpmAttestationInfoAcceptanceStatus = "notAccepted" | "accepted";
export type HttpNfcLeaseState = "initializing" | "ready" | "done" | "error";
export type LatencySensitivitySensitivityLevel = "low" | "normal" | "medium" | "high" | "custom";
export type ManagedEntityStatus = "gray" | "green" | "yellow" | "red";
export type ObjectUpdateKind = "modify" | "enter" | "leave";
export type PropertyChangeOp = "add" | "remove" | "assign" | "indirectRemove";
export type SharesLevel = "low" | "normal" | "high" | "custom";
export type TaskFilterSpecRecursionOption = "self" | "children" | "all";
export type TaskFilterSpecTimeOption = "queuedTime" | "startedTime" | "completedTime";
export type TaskInfoState = "queued" | "running" | "success" | "error";
export type VirtualDeviceConfigSpecFileOperation = "create" | "destroy" | "replace";
export type VirtualDeviceConfigSpecOperation = "add" | "remove" | "edit";
export type VirtualMachineConnectionState = "connected" | "disconnected" | "orphaned" | "inaccessible" | "invalid";
export type VirtualMachineFaultToleranceState = "notConfigured" | "disabled" | "enabled" | "needSecondary" | "starting" | "running";
export type VirtualMachineMovePriority = "lowPriority" | "highPriority" | "defaultPriority";
export type VirtualMachinePowerState = "poweredOff" | "poweredOn" | "suspended";
export type VirtualMachineRecordReplayState = "recording" | "replaying" | "inactive";
export type VirtualMachineRelocateTransformation = "flat" | "sparse";
export type VirtualMachineToolsStatus = "toolsNotInstalled" | "toolsNotRunning" | "toolsOld" | "toolsOk";
export type VirtualSCSISharing = "noSharing" | "virtualSharing" | "physicalSharing";
export interface AboutInfo {
  _typeName: "AboutInfo";
  name: string;
  fullName: string;
  vendor: string;
  version: string;
  patchLevel?: string;
  build: string;
  localeVersion?: string;
  localeBuild?: string;
  osType: string;
  productLineId: string;
  apiType: string;
  apiVersion: string;
  instanceUuid?: string;
  licenseProductName?: string;
  licenseProductVersion?: string;
}
export interface AlreadyExists extends VimFaultFields {
  _typeName: "AlreadyExists";
  name?: string;
}
export interface ArrayUpdateSpecFields {
  operation: ArrayUpdateOperation;
  removeKey?: AnyValue;
}
export type ArrayUpdateSpec = ({ _typeName: "ArrayUpdateSpec" } & ArrayUpdateSpecFields) | ClusterDasVmConfigSpec | ClusterDatastoreUpdateSpec | ClusterDpmHostConfigSpec | ClusterDrsVmConfigSpec | ClusterGroupSpec | ClusterRuleSpec | ClusterTagCategoryUpdateSpec | ClusterVmOrchestrationSpec | TagSpec | VAppOvfSectionSpec | VAppProductSpec | VAppPropertySpec | VirtualMachineCpuIdInfoSpec;
export interface BoolOption extends OptionTypeFields {
  _typeName: "BoolOption";
  supported: boolean;
  defaultValue: boolean;
}
export interface BoolPolicy extends InheritablePolicyFields {
  _typeName: "BoolPolicy";
  value?: boolean;
}
export interface ChoiceOption extends OptionTypeFields {
  _typeName: "ChoiceOption";
  choiceInfo: ElementDescription[];
  defaultIndex?: number;
}
export interface ClusterAction {
  _typeName: "ClusterAction";
  type: string;
  target?: ManagedObjectReference;
}
export interface ClusterAffinityRuleSpec extends ClusterRuleInfoFields {
  _typeName: "ClusterAffinityRuleSpec";
  vm: ManagedObjectReference[];
}
export interface ClusterAntiAffinityRuleSpec extends ClusterRuleInfoFields {
  _typeName: "ClusterAntiAffinityRuleSpec";
  vm: ManagedObjectReference[];
}
export interface ClusterComputeResourceCryptoModePolicy {
  _typeName: "ClusterComputeResourceCryptoModePolicy";
  keyId?: CryptoKeyId;
  providerId?: KeyProviderId;
}
export interface ClusterConfigInfoEx extends ComputeResourceConfigInfoFields {
  _typeName: "ClusterConfigInfoEx";
  systemVMsConfig?: ClusterSystemVMsConfigInfo;
  dasConfig: ClusterDasConfigInfo;
  dasVmConfig?: ClusterDasVmConfigInfo[];
  drsConfig: ClusterDrsConfigInfo;
  drsVmConfig?: ClusterDrsVmConfigInfo[];
  rule?: ClusterRuleInfo[];
  orchestration?: ClusterOrchestrationInfo;
  vmOrchestration?: ClusterVmOrchestrationInfo[];
  dpmConfigInfo?: ClusterDpmConfigInfo;
  dpmHostConfig?: ClusterDpmHostConfigInfo[];
  vsanConfigInfo?: Unlisted;
  vsanHostConfig?: Unlisted[];
  group?: ClusterGroupInfo[];
  infraUpdateHaConfig?: ClusterInfraUpdateHaConfigInfo;
  proactiveDrsConfig?: ClusterProactiveDrsConfigInfo;
  cryptoConfig?: ClusterCryptoConfigInfo;
  vsanCoreConfig?: Unlisted;
}
export interface ClusterConfigSpecEx extends ComputeResourceConfigSpecFields {
  _typeName: "ClusterConfigSpecEx";
  systemVMsConfig?: ClusterSystemVMsConfigSpec;
  dasConfig?: ClusterDasConfigInfo;
  dasVmConfigSpec?: ClusterDasVmConfigSpec[];
  drsConfig?: ClusterDrsConfigInfo;
  drsVmConfigSpec?: ClusterDrsVmConfigSpec[];
  rulesSpec?: ClusterRuleSpec[];
  orchestration?: ClusterOrchestrationInfo;
  vmOrchestrationSpec?: ClusterVmOrchestrationSpec[];
  dpmConfig?: ClusterDpmConfigInfo;
  dpmHostConfigSpec?: ClusterDpmHostConfigSpec[];
  vsanConfig?: Unlisted;
  vsanHostConfigSpec?: Unlisted[];
  groupSpec?: ClusterGroupSpec[];
  infraUpdateHaConfig?: ClusterInfraUpdateHaConfigInfo;
  proactiveDrsConfig?: ClusterProactiveDrsConfigInfo;
  inHciWorkflow?: boolean;
  cryptoConfig?: ClusterCryptoConfigInfo;
  vsanCoreConfigSpec?: Unlisted;
}
export interface ClusterCryptoConfigInfo {
  _typeName: "ClusterCryptoConfigInfo";
  cryptoMode?: string;
  policy?: ClusterComputeResourceCryptoModePolicy;
}
export interface ClusterDasAdmissionControlPolicy {
  _typeName: "ClusterDasAdmissionControlPolicy";
  resourceReductionToToleratePercent?: number;
  pMemAdmissionControlEnabled?: boolean;
}
export interface ClusterDasConfigInfo {
  _typeName: "ClusterDasConfigInfo";
  enabled?: boolean;
  vmMonitoring?: string;
  hostMonitoring?: string;
  vmComponentProtecting?: string;
  failoverLevel?: number;
  admissionControlPolicy?: ClusterDasAdmissionControlPolicy;
  admissionControlEnabled?: boolean;
  defaultVmSettings?: ClusterDasVmSettings;
  option?: OptionValue[];
  heartbeatDatastore?: ManagedObjectReference[];
  hBDatastoreCandidatePolicy?: string;
}
export interface ClusterDasFdmHostState {
  _typeName: "ClusterDasFdmHostState";
  state: string;
  stateReporter?: ManagedObjectReference;
}
export interface ClusterDasVmConfigInfo {
  _typeName: "ClusterDasVmConfigInfo";
  key: ManagedObjectReference;
  restartPriority?: DasVmPriority;
  powerOffOnIsolation?: boolean;
  dasSettings?: ClusterDasVmSettings;
}
export interface ClusterDasVmConfigSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterDasVmConfigSpec";
  info?: ClusterDasVmConfigInfo;
}
export interface ClusterDasVmSettings {
  _typeName: "ClusterDasVmSettings";
  restartPriority?: string;
  restartPriorityTimeout?: number;
  isolationResponse?: string;
  vmToolsMonitoringSettings?: ClusterVmToolsMonitoringSettings;
  vmComponentProtectionSettings?: ClusterVmComponentProtectionSettings;
}
export interface ClusterDatastoreUpdateSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterDatastoreUpdateSpec";
  datastore?: ManagedObjectReference;
}
export interface ClusterDependencyRuleInfo extends ClusterRuleInfoFields {
  _typeName: "ClusterDependencyRuleInfo";
  vmGroup: string;
  dependsOnVmGroup: string;
}
export interface ClusterDpmConfigInfo {
  _typeName: "ClusterDpmConfigInfo";
  enabled?: boolean;
  defaultDpmBehavior?: DpmBehavior;
  hostPowerActionRate?: number;
  option?: OptionValue[];
}
export interface ClusterDpmHostConfigInfo {
  _typeName: "ClusterDpmHostConfigInfo";
  key: ManagedObjectReference;
  enabled?: boolean;
  behavior?: DpmBehavior;
}
export interface ClusterDpmHostConfigSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterDpmHostConfigSpec";
  info?: ClusterDpmHostConfigInfo;
}
export interface ClusterDrsConfigInfo {
  _typeName: "ClusterDrsConfigInfo";
  enabled?: boolean;
  enableVmBehaviorOverrides?: boolean;
  defaultVmBehavior?: DrsBehavior;
  vmotionRate?: number;
  scaleDescendantsShares?: string;
  option?: OptionValue[];
}
export interface ClusterDrsFaults {
  _typeName: "ClusterDrsFaults";
  reason: string;
  faultsByVm: ClusterDrsFaultsFaultsByVm[];
}
export interface ClusterDrsFaultsFaultsByVm {
  _typeName: "ClusterDrsFaultsFaultsByVm";
  vm?: ManagedObjectReference;
  fault: LocalizedMethodFault[];
}
export interface ClusterDrsVmConfigInfo {
  _typeName: "ClusterDrsVmConfigInfo";
  key: ManagedObjectReference;
  enabled?: boolean;
  behavior?: DrsBehavior;
}
export interface ClusterDrsVmConfigSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterDrsVmConfigSpec";
  info?: ClusterDrsVmConfigInfo;
}
export interface ClusterFtVmHostRuleInfo extends ClusterRuleInfoFields {
  _typeName: "ClusterFtVmHostRuleInfo";
  vmGroupName: string;
  hostGroupName?: string[];
}
export interface ClusterGroupInfoFields {
  name: string;
  userCreated?: boolean;
  uniqueID?: string;
}
export type ClusterGroupInfo = ({ _typeName: "ClusterGroupInfo" } & ClusterGroupInfoFields) | ClusterHostGroup | ClusterVmGroup;
export interface ClusterGroupSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterGroupSpec";
  info?: ClusterGroupInfo;
}
export interface ClusterHostGroup extends ClusterGroupInfoFields {
  _typeName: "ClusterHostGroup";
  host?: ManagedObjectReference[];
}
export interface ClusterInfraUpdateHaConfigInfo {
  _typeName: "ClusterInfraUpdateHaConfigInfo";
  enabled?: boolean;
  behavior?: string;
  moderateRemediation?: string;
  severeRemediation?: string;
  providers?: string[];
}
export interface ClusterOrchestrationInfo {
  _typeName: "ClusterOrchestrationInfo";
  defaultVmReadiness?: ClusterVmReadiness;
}
export interface ClusterProactiveDrsConfigInfo {
  _typeName: "ClusterProactiveDrsConfigInfo";
  enabled?: boolean;
}
export interface ClusterRecommendation {
  _typeName: "ClusterRecommendation";
  key: string;
  type: string;
  time: string;
  rating: number;
  reason: string;
  reasonText: string;
  warningText?: string;
  warningDetails?: LocalizableMessage;
  prerequisite?: string[];
  action?: ClusterAction[];
  target?: ManagedObjectReference;
}
export interface ClusterRuleInfoFields {
  key?: number;
  status?: ManagedEntityStatus;
  enabled?: boolean;
  name?: string;
  mandatory?: boolean;
  userCreated?: boolean;
  inCompliance?: boolean;
  ruleUuid?: string;
}
export type ClusterRuleInfo = ({ _typeName: "ClusterRuleInfo" } & ClusterRuleInfoFields) | ClusterAffinityRuleSpec | ClusterAntiAffinityRuleSpec | ClusterDependencyRuleInfo | ClusterFtVmHostRuleInfo | ClusterVmHostRuleInfo | VirtualDiskAntiAffinityRuleSpec | VirtualDiskRuleSpec;
export interface ClusterRuleSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterRuleSpec";
  info?: ClusterRuleInfo;
}
export interface ClusterSystemVMsConfigInfo {
  _typeName: "ClusterSystemVMsConfigInfo";
  allowedDatastores?: ManagedObjectReference[];
  notAllowedDatastores?: ManagedObjectReference[];
  dsTagCategoriesToExclude?: string[];
  deploymentMode?: string;
}
export interface ClusterSystemVMsConfigSpec {
  _typeName: "ClusterSystemVMsConfigSpec";
  allowedDatastores?: ClusterDatastoreUpdateSpec[];
  notAllowedDatastores?: ClusterDatastoreUpdateSpec[];
  dsTagCategoriesToExclude?: ClusterTagCategoryUpdateSpec[];
  deploymentMode?: string;
}
export interface ClusterTagCategoryUpdateSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterTagCategoryUpdateSpec";
  category?: string;
}
export interface ClusterVmComponentProtectionSettings {
  _typeName: "ClusterVmComponentProtectionSettings";
  vmStorageProtectionForAPD?: string;
  enableAPDTimeoutForHosts?: boolean;
  vmTerminateDelayForAPDSec?: number;
  vmReactionOnAPDCleared?: string;
  vmStorageProtectionForPDL?: string;
}
export interface ClusterVmGroup extends ClusterGroupInfoFields {
  _typeName: "ClusterVmGroup";
  vm?: ManagedObjectReference[];
}
export interface ClusterVmHostRuleInfo extends ClusterRuleInfoFields {
  _typeName: "ClusterVmHostRuleInfo";
  vmGroupName?: string;
  affineHostGroupName?: string;
  antiAffineHostGroupName?: string;
}
export interface ClusterVmOrchestrationInfo {
  _typeName: "ClusterVmOrchestrationInfo";
  vm: ManagedObjectReference;
  vmReadiness: ClusterVmReadiness;
}
export interface ClusterVmOrchestrationSpec extends ArrayUpdateSpecFields {
  _typeName: "ClusterVmOrchestrationSpec";
  info?: ClusterVmOrchestrationInfo;
}
export interface ClusterVmReadiness {
  _typeName: "ClusterVmReadiness";
  readyCondition?: string;
  postReadyDelay?: number;
}
export interface ClusterVmToolsMonitoringSettings {
  _typeName: "ClusterVmToolsMonitoringSettings";
  enabled?: boolean;
  vmMonitoring?: string;
  clusterSettings?: boolean;
  failureInterval?: number;
  minUpTime?: number;
  maxFailures?: number;
  maxFailureWindow?: number;
}
export interface ComputeResourceConfigInfoFields {
  vmSwapPlacement: string;
  spbmEnabled?: boolean;
  defaultHardwareVersionKey?: string;
  maximumHardwareVersionKey?: string;
}
export type ComputeResourceConfigInfo = ({ _typeName: "ComputeResourceConfigInfo" } & ComputeResourceConfigInfoFields) | ClusterConfigInfoEx;
export interface ComputeResourceConfigSpecFields {
  vmSwapPlacement?: string;
  spbmEnabled?: boolean;
  defaultHardwareVersionKey?: string;
  desiredSoftwareSpec?: DesiredSoftwareSpec;
  maximumHardwareVersionKey?: string;
  enableConfigManager?: boolean;
  hostSeedSpec?: ComputeResourceHostSeedSpec;
  softwareSpecId?: string;
  networkBootMode?: string;
}
export type ComputeResourceConfigSpec = ({ _typeName: "ComputeResourceConfigSpec" } & ComputeResourceConfigSpecFields) | ClusterConfigSpecEx;
export interface ComputeResourceEventArgument extends EntityEventArgumentFields {
  _typeName: "ComputeResourceEventArgument";
  computeResource: ManagedObjectReference;
}
export interface ComputeResourceHostSeedSpec {
  _typeName: "ComputeResourceHostSeedSpec";
  singleHostSpec: ComputeResourceHostSeedSpecSingleHostSpec;
}
export interface ComputeResourceHostSeedSpecSingleHostSpec {
  _typeName: "ComputeResourceHostSeedSpecSingleHostSpec";
  newHostCnxSpec?: HostConnectSpec;
  existingHost?: ManagedObjectReference;
}
export interface ComputeResourceSummary {
  _typeName: "ComputeResourceSummary";
  totalCpu: number;
  totalMemory: number;
  numCpuCores: number;
  numCpuThreads: number;
  effectiveCpu: number;
  effectiveMemory: number;
  numHosts: number;
  numEffectiveHosts: number;
  overallStatus: ManagedEntityStatus;
}
export interface ConcurrentAccess extends VimFaultFields {
  _typeName: "ConcurrentAccess";
}
export interface CpuHotPlugNotSupported extends VmConfigFaultFields {
  _typeName: "CpuHotPlugNotSupported";
}
export interface CryptoKeyId {
  _typeName: "CryptoKeyId";
  keyId: string;
  providerId?: KeyProviderId;
}
export interface CryptoSpec {
  _typeName: "CryptoSpec";
}
export interface CustomFieldDef {
  _typeName: "CustomFieldDef";
  key: number;
  name: string;
  type: string;
  managedObjectType?: string;
}
export interface CustomFieldStringValue extends CustomFieldValueFields {
  _typeName: "CustomFieldStringValue";
  value: string;
}
export interface CustomFieldValueFields {
  key: number;
}
export type CustomFieldValue = ({ _typeName: "CustomFieldValue" } & CustomFieldValueFields) | CustomFieldStringValue;
export interface CustomizationAdapterMapping {
  _typeName: "CustomizationAdapterMapping";
  macAddress?: string;
  adapter: CustomizationIPSettings;
}
export interface CustomizationCloudinitPrep extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationCloudinitPrep";
  metadata: string;
  userdata?: string;
}
export interface CustomizationCustomIpGenerator extends CustomizationIpGeneratorFields {
  _typeName: "CustomizationCustomIpGenerator";
  argument?: string;
}
export interface CustomizationCustomName extends CustomizationNameFields {
  _typeName: "CustomizationCustomName";
  argument?: string;
}
export interface CustomizationDhcpIpGenerator extends CustomizationIpGeneratorFields {
  _typeName: "CustomizationDhcpIpGenerator";
}
export interface CustomizationDisableIpV4 extends CustomizationIpGeneratorFields {
  _typeName: "CustomizationDisableIpV4";
}
export interface CustomizationFixedIp extends CustomizationIpGeneratorFields {
  _typeName: "CustomizationFixedIp";
  ipAddress: string;
}
export interface CustomizationFixedName extends CustomizationNameFields {
  _typeName: "CustomizationFixedName";
  name: string;
}
export interface CustomizationGlobalIPSettings {
  _typeName: "CustomizationGlobalIPSettings";
  dnsSuffixList?: string[];
  dnsServerList?: string[];
}
export interface CustomizationGuiRunOnce {
  _typeName: "CustomizationGuiRunOnce";
  commandList: string[];
}
export interface CustomizationGuiUnattended {
  _typeName: "CustomizationGuiUnattended";
  password?: CustomizationPassword;
  timeZone: number;
  autoLogon: boolean;
  autoLogonCount: number;
}
export interface CustomizationIPSettings {
  _typeName: "CustomizationIPSettings";
  ip: CustomizationIpGenerator;
  subnetMask?: string;
  gateway?: string[];
  ipV6Spec?: CustomizationIPSettingsIpV6AddressSpec;
  dnsServerList?: string[];
  dnsDomain?: string;
  primaryWINS?: string;
  secondaryWINS?: string;
  netBIOS?: CustomizationNetBIOSMode;
  primary?: boolean;
}
export interface CustomizationIPSettingsIpV6AddressSpec {
  _typeName: "CustomizationIPSettingsIpV6AddressSpec";
  ip: CustomizationIpV6Generator[];
  gateway?: string[];
}
export interface CustomizationIdentification {
  _typeName: "CustomizationIdentification";
  joinWorkgroup?: string;
  joinDomain?: string;
  domainAdmin?: string;
  domainAdminPassword?: CustomizationPassword;
  domainOU?: string;
}
export interface CustomizationIdentitySettingsFields {}
export type CustomizationIdentitySettings = ({ _typeName: "CustomizationIdentitySettings" } & CustomizationIdentitySettingsFields) | CustomizationCloudinitPrep | CustomizationLinuxFlexPrep | CustomizationLinuxPrep | CustomizationSysprep | CustomizationSysprepText | CustomizationWindowsFlexPrep;
export interface CustomizationIpGeneratorFields {}
export type CustomizationIpGenerator = ({ _typeName: "CustomizationIpGenerator" } & CustomizationIpGeneratorFields) | CustomizationCustomIpGenerator | CustomizationDhcpIpGenerator | CustomizationDisableIpV4 | CustomizationFixedIp | CustomizationUnknownIpGenerator;
export interface CustomizationIpV6Generator {
  _typeName: "CustomizationIpV6Generator";
}
export interface CustomizationLicenseFilePrintData {
  _typeName: "CustomizationLicenseFilePrintData";
  autoMode: CustomizationLicenseDataMode;
  autoUsers?: number;
}
export interface CustomizationLinuxFlexPrep extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationLinuxFlexPrep";
}
export interface CustomizationLinuxPrep extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationLinuxPrep";
  hostName: CustomizationName;
  domain: string;
  timeZone?: string;
  hwClockUTC?: boolean;
  scriptText?: string;
  compatibleCustomizationMethod?: string;
  resetPassword?: boolean;
  password?: CustomizationPassword;
  extraConfig?: OptionValue[];
}
export interface CustomizationNameFields {}
export type CustomizationName = ({ _typeName: "CustomizationName" } & CustomizationNameFields) | CustomizationCustomName | CustomizationFixedName | CustomizationPrefixName | CustomizationUnknownName | CustomizationVirtualMachineName;
export interface CustomizationOptions {
  _typeName: "CustomizationOptions";
}
export interface CustomizationPassword {
  _typeName: "CustomizationPassword";
  value: string;
  plainText: boolean;
}
export interface CustomizationPrefixName extends CustomizationNameFields {
  _typeName: "CustomizationPrefixName";
  base: string;
}
export interface CustomizationSpec {
  _typeName: "CustomizationSpec";
  options?: CustomizationOptions;
  identity: CustomizationIdentitySettings;
  globalIPSettings: CustomizationGlobalIPSettings;
  nicSettingMap?: CustomizationAdapterMapping[];
  encryptionKey?: Unlisted;
}
export interface CustomizationSysprep extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationSysprep";
  guiUnattended: CustomizationGuiUnattended;
  userData: CustomizationUserData;
  guiRunOnce?: CustomizationGuiRunOnce;
  identification: CustomizationIdentification;
  licenseFilePrintData?: CustomizationLicenseFilePrintData;
  scriptText?: string;
  resetPassword?: boolean;
  extraConfig?: OptionValue[];
}
export interface CustomizationSysprepText extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationSysprepText";
  value: string;
}
export interface CustomizationUnknownIpGenerator extends CustomizationIpGeneratorFields {
  _typeName: "CustomizationUnknownIpGenerator";
}
export interface CustomizationUnknownName extends CustomizationNameFields {
  _typeName: "CustomizationUnknownName";
}
export interface CustomizationUserData {
  _typeName: "CustomizationUserData";
  fullName: string;
  orgName: string;
  computerName: CustomizationName;
  productId: string;
}
export interface CustomizationVirtualMachineName extends CustomizationNameFields {
  _typeName: "CustomizationVirtualMachineName";
}
export interface CustomizationWindowsFlexPrep extends CustomizationIdentitySettingsFields {
  _typeName: "CustomizationWindowsFlexPrep";
}
export interface DVPortSetting {
  _typeName: "DVPortSetting";
  blocked?: BoolPolicy;
  vmDirectPathGen2Allowed?: BoolPolicy;
  inShapingPolicy?: Unlisted;
  outShapingPolicy?: Unlisted;
  vendorSpecificConfig?: Unlisted;
  networkResourcePoolKey?: StringPolicy;
  filterPolicy?: DvsFilterPolicy;
}
export interface DVPortgroupConfigInfo {
  _typeName: "DVPortgroupConfigInfo";
  key: string;
  name: string;
  numPorts: number;
  distributedVirtualSwitch?: ManagedObjectReference;
  defaultPortConfig?: DVPortSetting;
  description?: string;
  type: string;
  backingType?: string;
  policy: DVPortgroupPolicy;
  portNameFormat?: string;
  scope?: ManagedObjectReference[];
  vendorSpecificConfig?: DistributedVirtualSwitchKeyedOpaqueBlob[];
  configVersion?: string;
  autoExpand?: boolean;
  vmVnicNetworkResourcePoolKey?: string;
  uplink?: boolean;
  transportZoneUuid?: string;
  transportZoneName?: string;
  logicalSwitchUuid?: string;
  segmentId?: string;
  subnetId?: string;
}
export interface DVPortgroupPolicy {
  _typeName: "DVPortgroupPolicy";
  blockOverrideAllowed: boolean;
  shapingOverrideAllowed: boolean;
  vendorConfigOverrideAllowed: boolean;
  livePortMovingAllowed: boolean;
  portConfigResetAtDisconnect: boolean;
  networkResourcePoolOverrideAllowed?: boolean;
  trafficFilterOverrideAllowed?: boolean;
}
export interface DatacenterEventArgument extends EntityEventArgumentFields {
  _typeName: "DatacenterEventArgument";
  datacenter: ManagedObjectReference;
}
export interface DatastoreEventArgument extends EntityEventArgumentFields {
  _typeName: "DatastoreEventArgument";
  datastore: ManagedObjectReference;
}
export interface DatastoreInfo {
  _typeName: "DatastoreInfo";
  name: string;
  url: string;
  freeSpace: number;
  maxFileSize: number;
  maxVirtualDiskCapacity?: number;
  maxMemoryFileSize: number;
  timestamp?: string;
  containerId?: string;
  aliasOf?: string;
  supportedVDiskFormats?: string[];
  logicalSectorSize?: number;
  physicalSectorSize?: number;
}
export interface DatastoreOption {
  _typeName: "DatastoreOption";
  unsupportedVolumes?: VirtualMachineDatastoreVolumeOption[];
}
export interface DatastoreSummary {
  _typeName: "DatastoreSummary";
  datastore?: ManagedObjectReference;
  name: string;
  url: string;
  capacity: number;
  freeSpace: number;
  uncommitted?: number;
  accessible: boolean;
  multipleHostAccess?: boolean;
  type: string;
  maintenanceMode?: string;
}
export interface DescriptionFields {
  label: string;
  summary: string;
}
export type Description = ({ _typeName: "Description" } & DescriptionFields) | ElementDescription | ExtendedDescription | MethodDescription | TypeDescription;
export interface DesiredSoftwareSpec {
  _typeName: "DesiredSoftwareSpec";
  baseImageSpec: DesiredSoftwareSpecBaseImageSpec;
  vendorAddOnSpec?: DesiredSoftwareSpecVendorAddOnSpec;
  components?: DesiredSoftwareSpecComponentSpec[];
  removedComponents?: string[];
}
export interface DesiredSoftwareSpecBaseImageSpec {
  _typeName: "DesiredSoftwareSpecBaseImageSpec";
  version: string;
}
export interface DesiredSoftwareSpecComponentSpec {
  _typeName: "DesiredSoftwareSpecComponentSpec";
  name: string;
  version?: string;
}
export interface DesiredSoftwareSpecVendorAddOnSpec {
  _typeName: "DesiredSoftwareSpecVendorAddOnSpec";
  name: string;
  version: string;
}
export interface DeviceGroupId {
  _typeName: "DeviceGroupId";
  id: string;
}
export interface DistributedVirtualSwitchKeyedOpaqueBlob {
  _typeName: "DistributedVirtualSwitchKeyedOpaqueBlob";
  key: string;
  opaqueData: string;
}
export interface DistributedVirtualSwitchPortConnection {
  _typeName: "DistributedVirtualSwitchPortConnection";
  switchUuid: string;
  portgroupKey?: string;
  portKey?: string;
  connectionCookie?: number;
}
export interface DpuStatusInfo extends HostHardwareElementInfoFields {
  _typeName: "DpuStatusInfo";
  dpuId: string;
  fru?: HostFru;
  sensors?: DpuStatusInfoOperationalInfo[];
}
export interface DpuStatusInfoOperationalInfo {
  _typeName: "DpuStatusInfoOperationalInfo";
  sensorId: string;
  healthState?: ElementDescription;
  reading: string;
  units?: string;
  timeStamp?: string;
}
export interface DuplicateName extends VimFaultFields {
  _typeName: "DuplicateName";
  name: string;
  object: ManagedObjectReference;
}
export interface DvsEventArgument extends EntityEventArgumentFields {
  _typeName: "DvsEventArgument";
  dvs: ManagedObjectReference;
}
export interface DvsFilterConfig extends InheritablePolicyFields {
  _typeName: "DvsFilterConfig";
  key?: string;
  agentName?: string;
  slotNumber?: string;
  parameters?: DvsFilterParameter;
  onFailure?: string;
}
export interface DvsFilterParameter {
  _typeName: "DvsFilterParameter";
  parameters?: string[];
}
export interface DvsFilterPolicy extends InheritablePolicyFields {
  _typeName: "DvsFilterPolicy";
  filterConfig?: DvsFilterConfig[];
}
export interface DynamicData {
  _typeName: "DynamicData";
}
export interface DynamicProperty {
  _typeName: "DynamicProperty";
  name: string;
  val: AnyValue;
}
export interface EVCMode extends ElementDescriptionFields {
  _typeName: "EVCMode";
  guaranteedCPUFeatures?: HostCpuIdInfo[];
  featureCapability?: HostFeatureCapability[];
  featureMask?: HostFeatureMask[];
  featureRequirement?: VirtualMachineFeatureRequirement[];
  vendor: string;
  track: string[];
  vendorTier: number;
}
export interface ElementDescriptionFields extends DescriptionFields {
  key: string;
}
export type ElementDescription = ({ _typeName: "ElementDescription" } & ElementDescriptionFields) | EVCMode | ExtendedElementDescription | FeatureEVCMode | OptionDef;
export interface EntityEventArgumentFields extends EventArgumentFields {
  name: string;
}
export type EntityEventArgument = ({ _typeName: "EntityEventArgument" } & EntityEventArgumentFields) | ComputeResourceEventArgument | DatacenterEventArgument | DatastoreEventArgument | DvsEventArgument | HostEventArgument | NetworkEventArgument | VmEventArgument;
export interface EnvironmentBrowserConfigOptionQuerySpec {
  _typeName: "EnvironmentBrowserConfigOptionQuerySpec";
  key?: string;
  host?: ManagedObjectReference;
  guestId?: string[];
}
export interface Event {
  _typeName: "Event";
  key: number;
  chainId: number;
  createdTime: string;
  userName: string;
  datacenter?: DatacenterEventArgument;
  computeResource?: ComputeResourceEventArgument;
  host?: HostEventArgument;
  vm?: VmEventArgument;
  ds?: DatastoreEventArgument;
  net?: NetworkEventArgument;
  dvs?: DvsEventArgument;
  fullFormattedMessage?: string;
  changeTag?: string;
}
export interface EventArgumentFields {}
export type EventArgument = ({ _typeName: "EventArgument" } & EventArgumentFields) | EntityEventArgument;
export interface EventFilterSpec {
  _typeName: "EventFilterSpec";
  entity?: EventFilterSpecByEntity;
  time?: EventFilterSpecByTime;
  userName?: EventFilterSpecByUsername;
  eventChainId?: number;
  alarm?: ManagedObjectReference;
  scheduledTask?: ManagedObjectReference;
  disableFullMessage?: boolean;
  category?: string[];
  type?: string[];
  tag?: string[];
  eventTypeId?: string[];
  maxCount?: number;
  delayedInit?: boolean;
}
export interface EventFilterSpecByEntity {
  _typeName: "EventFilterSpecByEntity";
  entity: ManagedObjectReference;
  recursion: EventFilterSpecRecursionOption;
}
export interface EventFilterSpecByTime {
  _typeName: "EventFilterSpecByTime";
  beginTime?: string;
  endTime?: string;
}
export interface EventFilterSpecByUsername {
  _typeName: "EventFilterSpecByUsername";
  systemUser: boolean;
  userList?: string[];
}
export interface EventManagerEventViewSpec {
  _typeName: "EventManagerEventViewSpec";
}
export interface ExtendedDescription extends DescriptionFields {
  _typeName: "ExtendedDescription";
  messageCatalogKeyPrefix: string;
  messageArg?: KeyAnyValue[];
}
export interface ExtendedElementDescription extends ElementDescriptionFields {
  _typeName: "ExtendedElementDescription";
  messageCatalogKeyPrefix: string;
  messageArg?: KeyAnyValue[];
}
export interface FaultDomainId {
  _typeName: "FaultDomainId";
  id: string;
}
export interface FaultToleranceConfigInfo {
  _typeName: "FaultToleranceConfigInfo";
  role: number;
  instanceUuids: string[];
  configPaths: string[];
  orphaned?: boolean;
}
export interface FeatureEVCMode extends ElementDescriptionFields {
  _typeName: "FeatureEVCMode";
  mask?: HostFeatureMask[];
  capability?: HostFeatureCapability[];
  requirement?: VirtualMachineFeatureRequirement[];
}
export interface FileAlreadyExists extends FileFaultFields {
  _typeName: "FileAlreadyExists";
}
export interface FileFaultFields extends VimFaultFields {
  file: string;
}
export type FileFault = ({ _typeName: "FileFault" } & FileFaultFields) | FileAlreadyExists | FileNotFound | NetworkCopyFault | NoDiskSpace;
export interface FileInfo {
  _typeName: "FileInfo";
  path: string;
  friendlyName?: string;
  fileSize?: number;
  modification?: string;
  owner?: string;
}
export interface FileNotFound extends FileFaultFields {
  _typeName: "FileNotFound";
}
export interface FileQuery {
  _typeName: "FileQuery";
}
export interface FileQueryFlags {
  _typeName: "FileQueryFlags";
  fileType: boolean;
  fileSize: boolean;
  modification: boolean;
  fileOwner: boolean;
}
export interface GenericVmConfigFault extends VmConfigFaultFields {
  _typeName: "GenericVmConfigFault";
  reason: string;
}
export interface GuestDiskInfo {
  _typeName: "GuestDiskInfo";
  diskPath?: string;
  capacity?: number;
  freeSpace?: number;
  filesystemType?: string;
  mappings?: GuestInfoVirtualDiskMapping[];
}
export interface GuestInfo {
  _typeName: "GuestInfo";
  toolsStatus?: VirtualMachineToolsStatus;
  toolsVersionStatus?: string;
  toolsVersionStatus2?: string;
  toolsRunningStatus?: string;
  toolsVersion?: string;
  toolsInstallType?: string;
  guestId?: string;
  guestFamily?: string;
  guestFullName?: string;
  guestDetailedData?: string;
  hostName?: string;
  ipAddress?: string;
  net?: GuestNicInfo[];
  ipStack?: GuestStackInfo[];
  disk?: GuestDiskInfo[];
  screen?: GuestScreenInfo;
  guestState: string;
  appHeartbeatStatus?: string;
  guestKernelCrashed?: boolean;
  appState?: string;
  guestOperationsReady?: boolean;
  interactiveGuestOperationsReady?: boolean;
  guestStateChangeSupported?: boolean;
  generationInfo?: GuestInfoNamespaceGenerationInfo[];
  hwVersion?: string;
  customizationInfo?: GuestInfoCustomizationInfo;
}
export interface GuestInfoCustomizationInfo {
  _typeName: "GuestInfoCustomizationInfo";
  customizationStatus: string;
  startTime?: string;
  endTime?: string;
  errorMsg?: string;
}
export interface GuestInfoNamespaceGenerationInfo {
  _typeName: "GuestInfoNamespaceGenerationInfo";
  key: string;
  generationNo: number;
}
export interface GuestInfoVirtualDiskMapping {
  _typeName: "GuestInfoVirtualDiskMapping";
  key: number;
}
export interface GuestNicInfo {
  _typeName: "GuestNicInfo";
  network?: string;
  ipAddress?: string[];
  macAddress?: string;
  connected: boolean;
  deviceConfigId: number;
  dnsConfig?: NetDnsConfigInfo;
  ipConfig?: NetIpConfigInfo;
  netBIOSConfig?: NetBIOSConfigInfo;
}
export interface GuestOsDescriptor {
  _typeName: "GuestOsDescriptor";
  id: string;
  family: string;
  fullName: string;
  supportedMaxCPUs: number;
  numSupportedPhysicalSockets: number;
  numSupportedCoresPerSocket: number;
  supportedMinMemMB: number;
  supportedMaxMemMB: number;
  recommendedMemMB: number;
  recommendedColorDepth: number;
  supportedDiskControllerList: string[];
  recommendedSCSIController?: string;
  recommendedDiskController: string;
  supportedNumDisks: number;
  recommendedDiskSizeMB: number;
  recommendedCdromController: string;
  supportedEthernetCard: string[];
  recommendedEthernetCard?: string;
  supportsSlaveDisk?: boolean;
  cpuFeatureMask?: HostCpuIdInfo[];
  smcRequired: boolean;
  supportsWakeOnLan: boolean;
  supportsVMI: boolean;
  supportsMemoryHotAdd: boolean;
  supportsCpuHotAdd: boolean;
  supportsCpuHotRemove: boolean;
  supportedFirmware: string[];
  recommendedFirmware: string;
  supportedUSBControllerList?: string[];
  recommendedUSBController?: string;
  supports3D: boolean;
  recommended3D: boolean;
  smcRecommended: boolean;
  ich7mRecommended: boolean;
  usbRecommended: boolean;
  supportLevel: string;
  supportedForCreate: boolean;
  vRAMSizeInKB: IntOption;
  numSupportedFloppyDevices: number;
  wakeOnLanEthernetCard?: string[];
  supportsPvscsiControllerForBoot: boolean;
  diskUuidEnabled: boolean;
  supportsHotPlugPCI: boolean;
  supportsSecureBoot?: boolean;
  defaultSecureBoot?: boolean;
  persistentMemorySupported?: boolean;
  supportedMinPersistentMemoryMB?: number;
  supportedMaxPersistentMemoryMB?: number;
  recommendedPersistentMemoryMB?: number;
  persistentMemoryHotAddSupported?: boolean;
  persistentMemoryHotRemoveSupported?: boolean;
  persistentMemoryColdGrowthSupported?: boolean;
  persistentMemoryColdGrowthGranularityMB?: number;
  persistentMemoryHotGrowthSupported?: boolean;
  persistentMemoryHotGrowthGranularityMB?: number;
  numRecommendedPhysicalSockets?: number;
  numRecommendedCoresPerSocket?: number;
  vvtdSupported?: BoolOption;
  vbsSupported?: BoolOption;
  vsgxSupported?: BoolOption;
  vsgxRemoteAttestationSupported?: boolean;
  supportsTPM20?: boolean;
  recommendedTPM20?: boolean;
  vwdtSupported?: boolean;
}
export interface GuestScreenInfo {
  _typeName: "GuestScreenInfo";
  width: number;
  height: number;
}
export interface GuestStackInfo {
  _typeName: "GuestStackInfo";
  dnsConfig?: NetDnsConfigInfo;
  ipRouteConfig?: NetIpRouteConfigInfo;
  ipStackConfig?: KeyValue[];
  dhcpConfig?: NetDhcpConfigInfo;
}
export interface HealthSystemRuntime {
  _typeName: "HealthSystemRuntime";
  systemHealthInfo?: HostSystemHealthInfo;
  hardwareStatusInfo?: HostHardwareStatusInfo;
}
export interface HostCommunicationFields extends RuntimeFaultFields {}
export type HostCommunication = ({ _typeName: "HostCommunication" } & HostCommunicationFields) | HostNotConnected;
export interface HostConnectSpec {
  _typeName: "HostConnectSpec";
  hostName?: string;
  port?: number;
  sslThumbprint?: string;
  sslCertificate?: string;
  userName?: string;
  password?: string;
  vmFolder?: ManagedObjectReference;
  force: boolean;
  vimAccountName?: string;
  vimAccountPassword?: string;
  managementIp?: string;
  lockdownMode?: HostLockdownMode;
  hostGateway?: HostGatewaySpec;
}
export interface HostCpuIdInfo {
  _typeName: "HostCpuIdInfo";
  level: number;
  vendor?: string;
  eax?: string;
  ebx?: string;
  ecx?: string;
  edx?: string;
}
export interface HostDatastoreBrowserSearchResults {
  _typeName: "HostDatastoreBrowserSearchResults";
  datastore?: ManagedObjectReference;
  folderPath?: string;
  file?: FileInfo[];
}
export interface HostDatastoreBrowserSearchSpec {
  _typeName: "HostDatastoreBrowserSearchSpec";
  query?: FileQuery[];
  details?: FileQueryFlags;
  searchCaseInsensitive?: boolean;
  matchPattern?: string[];
  sortFoldersFirst?: boolean;
}
export interface HostDeviceFields {
  deviceName: string;
  deviceType: string;
}
export type HostDevice = ({ _typeName: "HostDevice" } & HostDeviceFields) | ScsiLun;
export interface HostDigestInfoFields {
  digestMethod: string;
  digestValue: Unlisted;
  objectName?: string;
}
export type HostDigestInfo = ({ _typeName: "HostDigestInfo" } & HostDigestInfoFields) | HostTpmDigestInfo;
export interface HostDiskDimensionsLba {
  _typeName: "HostDiskDimensionsLba";
  blockSize: number;
  block: number;
}
export interface HostEventArgument extends EntityEventArgumentFields {
  _typeName: "HostEventArgument";
  host: ManagedObjectReference;
}
export interface HostFeatureCapability {
  _typeName: "HostFeatureCapability";
  key: string;
  featureName: string;
  value: string;
}
export interface HostFeatureMask {
  _typeName: "HostFeatureMask";
  key: string;
  featureName: string;
  value: string;
}
export interface HostFeatureVersionInfo {
  _typeName: "HostFeatureVersionInfo";
  key: string;
  value: string;
}
export interface HostFru {
  _typeName: "HostFru";
  type: string;
  partName: string;
  partNumber: string;
  manufacturer: string;
  serialNumber?: string;
  mfgTimeStamp?: string;
}
export interface HostGatewaySpec {
  _typeName: "HostGatewaySpec";
  gatewayType: string;
  gatewayId?: string;
  trustVerificationToken?: string;
  hostAuthParams?: KeyValue[];
}
export interface HostGraphicsInfo {
  _typeName: "HostGraphicsInfo";
  deviceName: string;
  vendorName: string;
  pciId: string;
  graphicsType: string;
  vgpuMode?: string;
  memorySizeInKB: number;
  vm?: ManagedObjectReference[];
}
export interface HostHardwareElementInfoFields {
  name: string;
  status: ElementDescription;
}
export type HostHardwareElementInfo = ({ _typeName: "HostHardwareElementInfo" } & HostHardwareElementInfoFields) | DpuStatusInfo | HostStorageElementInfo;
export interface HostHardwareStatusInfo {
  _typeName: "HostHardwareStatusInfo";
  memoryStatusInfo?: HostHardwareElementInfo[];
  cpuStatusInfo?: HostHardwareElementInfo[];
  storageStatusInfo?: HostStorageElementInfo[];
  dpuStatusInfo?: DpuStatusInfo[];
}
export interface HostHardwareSummary {
  _typeName: "HostHardwareSummary";
  vendor: string;
  model: string;
  family?: string;
  uuid: string;
  otherIdentifyingInfo?: HostSystemIdentificationInfo[];
  memorySize: number;
  cpuModel: string;
  cpuMhz: number;
  numCpuPkgs: number;
  numCpuCores: number;
  numCpuThreads: number;
  numNics: number;
  numHBAs: number;
}
export interface HostInternetScsiHbaParamValue extends OptionValueFields {
  _typeName: "HostInternetScsiHbaParamValue";
  isInherited?: boolean;
}
export interface HostListSummary {
  _typeName: "HostListSummary";
  host?: ManagedObjectReference;
  hardware?: HostHardwareSummary;
  runtime?: HostRuntimeInfo;
  config: Unlisted;
  quickStats: HostListSummaryQuickStats;
  overallStatus: ManagedEntityStatus;
  rebootRequired: boolean;
  customValue?: CustomFieldValue[];
  managementServerIp?: string;
  maxEVCModeKey?: string;
  currentEVCModeKey?: string;
  currentEVCGraphicsModeKey?: string;
  gateway?: HostListSummaryGatewaySummary;
  tpmAttestation?: HostTpmAttestationInfo;
  trustAuthorityAttestationInfos?: HostTrustAuthorityAttestationInfo[];
}
export interface HostListSummaryGatewaySummary {
  _typeName: "HostListSummaryGatewaySummary";
  gatewayType: string;
  gatewayId: string;
}
export interface HostListSummaryQuickStats {
  _typeName: "HostListSummaryQuickStats";
  overallCpuUsage?: number;
  overallMemoryUsage?: number;
  distributedCpuFairness?: number;
  distributedMemoryFairness?: number;
  availablePMemCapacity?: number;
  uptime?: number;
}
export interface HostNetworkResourceRuntime {
  _typeName: "HostNetworkResourceRuntime";
  pnicResourceInfo: HostPnicNetworkResourceInfo[];
}
export interface HostNotConnected extends HostCommunicationFields {
  _typeName: "HostNotConnected";
}
export interface HostNumericSensorInfo {
  _typeName: "HostNumericSensorInfo";
  name: string;
  healthState?: ElementDescription;
  currentReading: number;
  unitModifier: number;
  baseUnits: string;
  rateUnits?: string;
  sensorType: string;
  id?: string;
  sensorNumber?: number;
  timeStamp?: string;
  fru?: HostFru;
}
export interface HostPartialMaintenanceModeRuntimeInfo {
  _typeName: "HostPartialMaintenanceModeRuntimeInfo";
  key: string;
  hostStatus: string;
}
export interface HostPciPassthruInfo {
  _typeName: "HostPciPassthruInfo";
  id: string;
  dependentDevice: string;
  passthruEnabled: boolean;
  passthruCapable: boolean;
  passthruActive: boolean;
  hardwareLabel?: string;
}
export interface HostPlacedVirtualNicIdentifier {
  _typeName: "HostPlacedVirtualNicIdentifier";
  vm: ManagedObjectReference;
  vnicKey: string;
  reservation?: number;
}
export interface HostPnicNetworkResourceInfo {
  _typeName: "HostPnicNetworkResourceInfo";
  pnicDevice: string;
  availableBandwidthForVMTraffic?: number;
  unusedBandwidthForVMTraffic?: number;
  placedVirtualNics?: HostPlacedVirtualNicIdentifier[];
}
export interface HostRuntimeInfo {
  _typeName: "HostRuntimeInfo";
  connectionState: HostSystemConnectionState;
  powerState: HostSystemPowerState;
  standbyMode?: string;
  inMaintenanceMode: boolean;
  inQuarantineMode?: boolean;
  bootTime?: string;
  healthSystemRuntime?: HealthSystemRuntime;
  dasHostState?: ClusterDasFdmHostState;
  tpmPcrValues?: HostTpmDigestInfo[];
  vsanRuntimeInfo?: Unlisted;
  networkRuntimeInfo?: HostRuntimeInfoNetworkRuntimeInfo;
  vFlashResourceRuntimeInfo?: HostVFlashManagerVFlashResourceRunTimeInfo;
  hostMaxVirtualDiskCapacity?: number;
  cryptoState?: string;
  cryptoKeyId?: CryptoKeyId;
  statelessNvdsMigrationReady?: string;
  partialMaintenanceMode?: HostPartialMaintenanceModeRuntimeInfo[];
  stateEncryption?: HostRuntimeInfoStateEncryptionInfo;
  podVMInfo?: PodVMInfo;
}
export interface HostRuntimeInfoNetStackInstanceRuntimeInfo {
  _typeName: "HostRuntimeInfoNetStackInstanceRuntimeInfo";
  netStackInstanceKey: string;
  state?: string;
  vmknicKeys?: string[];
  maxNumberOfConnections?: number;
  currentIpV6Enabled?: boolean;
}
export interface HostRuntimeInfoNetworkRuntimeInfo {
  _typeName: "HostRuntimeInfoNetworkRuntimeInfo";
  netStackInstanceRuntimeInfo?: HostRuntimeInfoNetStackInstanceRuntimeInfo[];
  networkResourceRuntime?: HostNetworkResourceRuntime;
}
export interface HostRuntimeInfoStateEncryptionInfo {
  _typeName: "HostRuntimeInfoStateEncryptionInfo";
  protectionMode: string;
  requireSecureBoot?: boolean;
  requireExecInstalledOnly?: boolean;
}
export interface HostScsiDisk extends ScsiLunFields {
  _typeName: "HostScsiDisk";
  capacity: HostDiskDimensionsLba;
  devicePath: string;
  ssd?: boolean;
  localDisk?: boolean;
  physicalLocation?: string[];
  emulatedDIXDIFEnabled?: boolean;
  vsanDiskInfo?: Unlisted;
  scsiDiskType?: string;
  usedByMemoryTiering?: boolean;
}
export interface HostSharedGpuCapabilities {
  _typeName: "HostSharedGpuCapabilities";
  vgpu: string;
  diskSnapshotSupported: boolean;
  memorySnapshotSupported: boolean;
  suspendSupported: boolean;
  migrateSupported: boolean;
}
export interface HostStorageElementInfo extends HostHardwareElementInfoFields {
  _typeName: "HostStorageElementInfo";
  operationalInfo?: HostStorageOperationalInfo[];
}
export interface HostStorageOperationalInfo {
  _typeName: "HostStorageOperationalInfo";
  property: string;
  value: string;
}
export interface HostSystemHealthInfo {
  _typeName: "HostSystemHealthInfo";
  numericSensorInfo?: HostNumericSensorInfo[];
}
export interface HostSystemIdentificationInfo {
  _typeName: "HostSystemIdentificationInfo";
  identifierValue: string;
  identifierType: ElementDescription;
}
export interface HostTpmAttestationInfo {
  _typeName: "HostTpmAttestationInfo";
  time: string;
  status: HostTpmAttestationInfoAcceptanceStatus;
  message?: LocalizableMessage;
}
export interface HostTpmDigestInfo extends HostDigestInfoFields {
  _typeName: "HostTpmDigestInfo";
  pcrNumber: number;
}
export interface HostTrustAuthorityAttestationInfo {
  _typeName: "HostTrustAuthorityAttestationInfo";
  attestationStatus: string;
  serviceId?: string;
  attestedAt?: string;
  attestedUntil?: string;
  messages?: LocalizableMessage[];
}
export interface HostVFlashManagerVFlashResourceRunTimeInfo {
  _typeName: "HostVFlashManagerVFlashResourceRunTimeInfo";
  usage: number;
  capacity: number;
  accessible: boolean;
  capacityForVmCache: number;
  freeForVmCache: number;
}
export interface HttpNfcLeaseDatastoreLeaseInfo {
  _typeName: "HttpNfcLeaseDatastoreLeaseInfo";
  datastoreKey: string;
  hosts: HttpNfcLeaseHostInfo[];
}
export interface HttpNfcLeaseDeviceUrl {
  _typeName: "HttpNfcLeaseDeviceUrl";
  key: string;
  importKey: string;
  url: string;
  sslThumbprint: string;
  sslCertificate?: string;
  disk?: boolean;
  targetId?: string;
  datastoreKey?: string;
  fileSize?: number;
}
export interface HttpNfcLeaseHostInfo {
  _typeName: "HttpNfcLeaseHostInfo";
  url: string;
  sslThumbprint: string;
}
export interface HttpNfcLeaseInfo {
  _typeName: "HttpNfcLeaseInfo";
  lease: ManagedObjectReference;
  entity: ManagedObjectReference;
  deviceUrl?: HttpNfcLeaseDeviceUrl[];
  totalDiskCapacityInKB: number;
  leaseTimeout: number;
  hostMap?: HttpNfcLeaseDatastoreLeaseInfo[];
}
export interface HttpNfcLeaseManifestEntry {
  _typeName: "HttpNfcLeaseManifestEntry";
  key: string;
  sha1: string;
  checksum?: string;
  checksumType?: string;
  size: number;
  disk: boolean;
  capacity?: number;
  populatedSize?: number;
}
export interface ID {
  _typeName: "ID";
  id: string;
}
export interface ImportSpecFields {
  entityConfig?: VAppEntityConfigInfo;
  instantiationOst?: OvfConsumerOstNode;
}
export type ImportSpec = ({ _typeName: "ImportSpec" } & ImportSpecFields) | VirtualMachineImportSpec;
export interface InheritablePolicyFields {
  inherited: boolean;
}
export type InheritablePolicy = ({ _typeName: "InheritablePolicy" } & InheritablePolicyFields) | BoolPolicy | DvsFilterConfig | DvsFilterPolicy | LongPolicy | StringPolicy;
export interface InsufficientCpuResourcesFault extends InsufficientResourcesFaultFields {
  _typeName: "InsufficientCpuResourcesFault";
  unreserved: number;
  requested: number;
}
export interface InsufficientHostCapacityFault extends InsufficientResourcesFaultFields {
  _typeName: "InsufficientHostCapacityFault";
  host?: ManagedObjectReference;
}
export interface InsufficientMemoryResourcesFault extends InsufficientResourcesFaultFields {
  _typeName: "InsufficientMemoryResourcesFault";
  unreserved: number;
  requested: number;
}
export interface InsufficientResourcesFaultFields extends VimFaultFields {}
export type InsufficientResourcesFault = ({ _typeName: "InsufficientResourcesFault" } & InsufficientResourcesFaultFields) | InsufficientCpuResourcesFault | InsufficientHostCapacityFault | InsufficientMemoryResourcesFault | InsufficientStorageSpace;
export interface InsufficientStorageSpace extends InsufficientResourcesFaultFields {
  _typeName: "InsufficientStorageSpace";
}
export interface IntOption extends OptionTypeFields {
  _typeName: "IntOption";
  min: number;
  max: number;
  defaultValue: number;
}
export interface InvalidArgument extends RuntimeFaultFields {
  _typeName: "InvalidArgument";
  invalidProperty?: string;
}
export interface InvalidCollectorVersion extends MethodFaultFields {
  _typeName: "InvalidCollectorVersion";
}
export interface InvalidDatastoreFields extends VimFaultFields {
  datastore?: ManagedObjectReference;
  name?: string;
}
export type InvalidDatastore = ({ _typeName: "InvalidDatastore" } & InvalidDatastoreFields) | InvalidDatastorePath;
export interface InvalidDatastorePath extends InvalidDatastoreFields {
  _typeName: "InvalidDatastorePath";
  datastorePath: string;
}
export interface InvalidDeviceOperation extends InvalidDeviceSpecFields {
  _typeName: "InvalidDeviceOperation";
  badOp?: VirtualDeviceConfigSpecOperation;
  badFileOp?: VirtualDeviceConfigSpecFileOperation;
}
export interface InvalidDeviceSpecFields extends InvalidVmConfigFields {
  deviceIndex: number;
}
export type InvalidDeviceSpec = ({ _typeName: "InvalidDeviceSpec" } & InvalidDeviceSpecFields) | InvalidDeviceOperation;
export interface InvalidFolder extends VimFaultFields {
  _typeName: "InvalidFolder";
  target: ManagedObjectReference;
}
export interface InvalidLogin extends VimFaultFields {
  _typeName: "InvalidLogin";
}
export interface InvalidName extends VimFaultFields {
  _typeName: "InvalidName";
  name: string;
  entity?: ManagedObjectReference;
}
export interface InvalidPowerState extends InvalidStateFields {
  _typeName: "InvalidPowerState";
  requestedState?: VirtualMachinePowerState;
  existingState: VirtualMachinePowerState;
}
export interface InvalidProperty extends MethodFaultFields {
  _typeName: "InvalidProperty";
  name: string;
}
export interface InvalidRequestFields extends RuntimeFaultFields {}
export type InvalidRequest = ({ _typeName: "InvalidRequest" } & InvalidRequestFields) | InvalidType | MethodNotFound;
export interface InvalidStateFields extends VimFaultFields {}
export type InvalidState = ({ _typeName: "InvalidState" } & InvalidStateFields) | InvalidPowerState;
export interface InvalidType extends InvalidRequestFields {
  _typeName: "InvalidType";
  argument?: string;
}
export interface InvalidVmConfigFields extends VmConfigFaultFields {
  property?: string;
}
export type InvalidVmConfig = ({ _typeName: "InvalidVmConfig" } & InvalidVmConfigFields) | InvalidDeviceSpec;
export interface KeyAnyValue {
  _typeName: "KeyAnyValue";
  key: string;
  value: AnyValue;
}
export interface KeyProviderId {
  _typeName: "KeyProviderId";
  id: string;
}
export interface KeyValue {
  _typeName: "KeyValue";
  key: string;
  value: string;
}
export interface LatencySensitivity {
  _typeName: "LatencySensitivity";
  level: LatencySensitivitySensitivityLevel;
  sensitivity?: number;
}
export interface LicenseRestricted extends NotEnoughLicensesFields {
  _typeName: "LicenseRestricted";
}
export interface LocalizableMessage {
  _typeName: "LocalizableMessage";
  key: string;
  arg?: KeyAnyValue[];
  message?: string;
}
export interface LocalizedMethodFault {
  _typeName: "LocalizedMethodFault";
  fault: MethodFault;
  localizedMessage?: string;
}
export interface LongOption extends OptionTypeFields {
  _typeName: "LongOption";
  min: number;
  max: number;
  defaultValue: number;
}
export interface LongPolicy extends InheritablePolicyFields {
  _typeName: "LongPolicy";
  value?: number;
}
export interface ManagedByInfo {
  _typeName: "ManagedByInfo";
  extensionKey: string;
  type: string;
}
export interface ManagedObjectNotFound extends RuntimeFaultFields {
  _typeName: "ManagedObjectNotFound";
  obj: ManagedObjectReference;
}
export interface MemoryHotPlugNotSupported extends VmConfigFaultFields {
  _typeName: "MemoryHotPlugNotSupported";
}
export interface MethodDescription extends DescriptionFields {
  _typeName: "MethodDescription";
  key: string;
}
export interface MethodDisabled extends RuntimeFaultFields {
  _typeName: "MethodDisabled";
  source?: string;
}
export interface MethodFaultFields {
  faultCause?: LocalizedMethodFault;
  faultMessage?: LocalizableMessage[];
}
export type MethodFault = ({ _typeName: "MethodFault" } & MethodFaultFields) | InvalidCollectorVersion | InvalidProperty | RuntimeFault | VimFault;
export interface MethodNotFound extends InvalidRequestFields {
  _typeName: "MethodNotFound";
  receiver: ManagedObjectReference;
  method: string;
}
export interface MissingObject {
  _typeName: "MissingObject";
  obj: ManagedObjectReference;
  fault: LocalizedMethodFault;
}
export interface MissingProperty {
  _typeName: "MissingProperty";
  path: string;
  fault: LocalizedMethodFault;
}
export interface NetBIOSConfigInfo {
  _typeName: "NetBIOSConfigInfo";
  mode: string;
}
export interface NetDhcpConfigInfo {
  _typeName: "NetDhcpConfigInfo";
  ipv6?: NetDhcpConfigInfoDhcpOptions;
  ipv4?: NetDhcpConfigInfoDhcpOptions;
}
export interface NetDhcpConfigInfoDhcpOptions {
  _typeName: "NetDhcpConfigInfoDhcpOptions";
  enable: boolean;
  config?: KeyValue[];
}
export interface NetDnsConfigInfo {
  _typeName: "NetDnsConfigInfo";
  dhcp: boolean;
  hostName: string;
  domainName: string;
  ipAddress?: string[];
  searchDomain?: string[];
}
export interface NetIpConfigInfo {
  _typeName: "NetIpConfigInfo";
  ipAddress?: NetIpConfigInfoIpAddress[];
  dhcp?: NetDhcpConfigInfo;
  autoConfigurationEnabled?: boolean;
}
export interface NetIpConfigInfoIpAddress {
  _typeName: "NetIpConfigInfoIpAddress";
  ipAddress: string;
  prefixLength: number;
  origin?: string;
  state?: string;
  lifetime?: string;
}
export interface NetIpRouteConfigInfo {
  _typeName: "NetIpRouteConfigInfo";
  ipRoute?: NetIpRouteConfigInfoIpRoute[];
}
export interface NetIpRouteConfigInfoGateway {
  _typeName: "NetIpRouteConfigInfoGateway";
  ipAddress?: string;
  device?: string;
}
export interface NetIpRouteConfigInfoIpRoute {
  _typeName: "NetIpRouteConfigInfoIpRoute";
  network: string;
  prefixLength: number;
  gateway: NetIpRouteConfigInfoGateway;
}
export interface NetworkCopyFault extends FileFaultFields {
  _typeName: "NetworkCopyFault";
}
export interface NetworkEventArgument extends EntityEventArgumentFields {
  _typeName: "NetworkEventArgument";
  network: ManagedObjectReference;
}
export interface NoCompatibleHost extends VimFaultFields {
  _typeName: "NoCompatibleHost";
  host?: ManagedObjectReference[];
  error?: LocalizedMethodFault[];
}
export interface NoDiskSpace extends FileFaultFields {
  _typeName: "NoDiskSpace";
  datastore: string;
}
export interface NoPermissionFields extends SecurityErrorFields {
  object?: ManagedObjectReference;
  privilegeId?: string;
  missingPrivileges?: NoPermissionEntityPrivileges[];
}
export type NoPermission = ({ _typeName: "NoPermission" } & NoPermissionFields) | NotAuthenticated;
export interface NoPermissionEntityPrivileges {
  _typeName: "NoPermissionEntityPrivileges";
  entity: ManagedObjectReference;
  privilegeIds?: string[];
}
export interface NotAuthenticated extends NoPermissionFields {
  _typeName: "NotAuthenticated";
}
export interface NotEnoughLicensesFields extends RuntimeFaultFields {}
export type NotEnoughLicenses = ({ _typeName: "NotEnoughLicenses" } & NotEnoughLicensesFields) | LicenseRestricted;
export interface NotSupported extends RuntimeFaultFields {
  _typeName: "NotSupported";
}
export interface ObjectContent {
  _typeName: "ObjectContent";
  obj: ManagedObjectReference;
  propSet?: DynamicProperty[];
  missingSet?: MissingProperty[];
}
export interface ObjectSpec {
  _typeName: "ObjectSpec";
  obj: ManagedObjectReference;
  skip?: boolean;
  selectSet?: SelectionSpec[];
}
export interface ObjectUpdate {
  _typeName: "ObjectUpdate";
  kind: ObjectUpdateKind;
  obj: ManagedObjectReference;
  changeSet?: PropertyChange[];
  missingSet?: MissingProperty[];
}
export interface OptionDef extends ElementDescriptionFields {
  _typeName: "OptionDef";
  optionType: OptionType;
}
export interface OptionTypeFields {
  valueIsReadonly?: boolean;
}
export type OptionType = ({ _typeName: "OptionType" } & OptionTypeFields) | BoolOption | ChoiceOption | IntOption | LongOption;
export interface OptionValueFields {
  key: string;
  value: AnyValue;
}
export type OptionValue = ({ _typeName: "OptionValue" } & OptionValueFields) | HostInternetScsiHbaParamValue;
export interface OvfConsumerOstNode {
  _typeName: "OvfConsumerOstNode";
  id: string;
  type: string;
  section?: OvfConsumerOvfSection[];
  child?: OvfConsumerOstNode[];
  entity?: ManagedObjectReference;
}
export interface OvfConsumerOvfSection {
  _typeName: "OvfConsumerOvfSection";
  lineNumber: number;
  xml: string;
}
export interface OvfCreateImportSpecParams extends OvfManagerCommonParamsFields {
  _typeName: "OvfCreateImportSpecParams";
  entityName: string;
  hostSystem?: ManagedObjectReference;
  networkMapping?: OvfNetworkMapping[];
  ipAllocationPolicy?: string;
  ipProtocol?: string;
  propertyMapping?: KeyValue[];
  resourceMapping?: OvfResourceMap[];
  diskProvisioning?: string;
  instantiationOst?: OvfConsumerOstNode;
}
export interface OvfCreateImportSpecResult {
  _typeName: "OvfCreateImportSpecResult";
  importSpec?: ImportSpec;
  fileItem?: OvfFileItem[];
  warning?: LocalizedMethodFault[];
  error?: LocalizedMethodFault[];
}
export interface OvfDeploymentOption {
  _typeName: "OvfDeploymentOption";
  key: string;
  label: string;
  description: string;
}
export interface OvfFileItem {
  _typeName: "OvfFileItem";
  deviceId: string;
  path: string;
  compressionMethod?: string;
  chunkSize?: number;
  size?: number;
  cimType: number;
  create: boolean;
}
export interface OvfManagerCommonParamsFields {
  locale: string;
  deploymentOption: string;
  msgBundle?: KeyValue[];
  importOption?: string[];
}
export type OvfManagerCommonParams = ({ _typeName: "OvfManagerCommonParams" } & OvfManagerCommonParamsFields) | OvfCreateImportSpecParams | OvfParseDescriptorParams;
export interface OvfNetworkInfo {
  _typeName: "OvfNetworkInfo";
  name: string;
  description: string;
}
export interface OvfNetworkMapping {
  _typeName: "OvfNetworkMapping";
  name: string;
  network: ManagedObjectReference;
}
export interface OvfParseDescriptorParams extends OvfManagerCommonParamsFields {
  _typeName: "OvfParseDescriptorParams";
}
export interface OvfParseDescriptorResult {
  _typeName: "OvfParseDescriptorResult";
  eula?: string[];
  network?: OvfNetworkInfo[];
  ipAllocationScheme?: string[];
  ipProtocols?: string[];
  property?: VAppPropertyInfo[];
  productInfo?: VAppProductInfo;
  annotation: string;
  approximateDownloadSize?: number;
  approximateFlatDeploymentSize?: number;
  approximateSparseDeploymentSize?: number;
  defaultEntityName: string;
  virtualApp: boolean;
  deploymentOption?: OvfDeploymentOption[];
  defaultDeploymentOption: string;
  entityName?: KeyValue[];
  annotatedOst?: OvfConsumerOstNode;
  error?: LocalizedMethodFault[];
  warning?: LocalizedMethodFault[];
}
export interface OvfResourceMap {
  _typeName: "OvfResourceMap";
  source: string;
  parent?: ManagedObjectReference;
  resourceSpec?: ResourceConfigSpec;
  datastore?: ManagedObjectReference;
}
export interface ParaVirtualSCSIController extends VirtualSCSIControllerFields {
  _typeName: "ParaVirtualSCSIController";
}
export interface PlacementResult {
  _typeName: "PlacementResult";
  recommendations?: ClusterRecommendation[];
  drsFault?: ClusterDrsFaults;
}
export interface PlacementSpec {
  _typeName: "PlacementSpec";
  priority?: VirtualMachineMovePriority;
  vm?: ManagedObjectReference;
  configSpec?: VirtualMachineConfigSpec;
  relocateSpec?: VirtualMachineRelocateSpec;
  hosts?: ManagedObjectReference[];
  datastores?: ManagedObjectReference[];
  storagePods?: ManagedObjectReference[];
  disallowPrerequisiteMoves?: boolean;
  rules?: ClusterRuleInfo[];
  key?: string;
  placementType?: string;
  cloneSpec?: VirtualMachineCloneSpec;
  cloneName?: string;
}
export interface PodDiskLocator {
  _typeName: "PodDiskLocator";
  diskId: number;
  diskMoveType?: string;
  diskBackingInfo?: VirtualDeviceBackingInfo;
  profile?: VirtualMachineProfileSpec[];
}
export interface PodVMInfo {
  _typeName: "PodVMInfo";
  hasPageSharingPodVM: boolean;
  podVMOverheadInfo: PodVMOverheadInfo;
}
export interface PodVMOverheadInfo {
  _typeName: "PodVMOverheadInfo";
  crxPageSharingSupported: boolean;
  podVMOverheadWithoutPageSharing: number;
  podVMOverheadWithPageSharing: number;
}
export interface PropertyChange {
  _typeName: "PropertyChange";
  name: string;
  op: PropertyChangeOp;
  val: AnyValue;
}
export interface PropertyFilterSpec {
  _typeName: "PropertyFilterSpec";
  propSet: PropertySpec[];
  objectSet: ObjectSpec[];
  reportMissingObjectsInResults?: boolean;
}
export interface PropertyFilterUpdate {
  _typeName: "PropertyFilterUpdate";
  filter: ManagedObjectReference;
  objectSet?: ObjectUpdate[];
  missingSet?: MissingObject[];
}
export interface PropertySpec {
  _typeName: "PropertySpec";
  type: string;
  all?: boolean;
  pathSet?: string[];
}
export interface ReplicationConfigSpec {
  _typeName: "ReplicationConfigSpec";
  generation: number;
  vmReplicationId: string;
  destination: string;
  port: number;
  rpo: number;
  quiesceGuestEnabled: boolean;
  paused: boolean;
  oppUpdatesEnabled: boolean;
  netCompressionEnabled?: boolean;
  netEncryptionEnabled?: boolean;
  encryptionDestination?: string;
  encryptionPort?: number;
  remoteCertificateThumbprint?: string;
  dataSetsReplicationEnabled?: boolean;
  disk?: ReplicationInfoDiskSettings[];
}
export interface ReplicationGroupId {
  _typeName: "ReplicationGroupId";
  faultDomainId: FaultDomainId;
  deviceGroupId: DeviceGroupId;
}
export interface ReplicationInfoDiskSettings {
  _typeName: "ReplicationInfoDiskSettings";
  key: number;
  diskReplicationId: string;
}
export interface ReplicationSpec {
  _typeName: "ReplicationSpec";
  replicationGroupId: ReplicationGroupId;
}
export interface RequestCanceled extends RuntimeFaultFields {
  _typeName: "RequestCanceled";
}
export interface ResourceAllocationInfo {
  _typeName: "ResourceAllocationInfo";
  reservation?: number;
  expandableReservation?: boolean;
  limit?: number;
  shares?: SharesInfo;
  overheadLimit?: number;
}
export interface ResourceAllocationOption {
  _typeName: "ResourceAllocationOption";
  sharesOption: SharesOption;
}
export interface ResourceConfigOption {
  _typeName: "ResourceConfigOption";
  cpuAllocationOption: ResourceAllocationOption;
  memoryAllocationOption: ResourceAllocationOption;
}
export interface ResourceConfigSpec {
  _typeName: "ResourceConfigSpec";
  entity?: ManagedObjectReference;
  changeVersion?: string;
  lastModified?: string;
  cpuAllocation: ResourceAllocationInfo;
  memoryAllocation: ResourceAllocationInfo;
  scaleDescendantsShares?: string;
}
export interface RestrictedVersion extends SecurityErrorFields {
  _typeName: "RestrictedVersion";
}
export interface RetrieveOptions {
  _typeName: "RetrieveOptions";
  maxObjects?: number;
}
export interface RetrieveResult {
  _typeName: "RetrieveResult";
  token?: string;
  objects: ObjectContent[];
}
export interface RuntimeFaultFields extends MethodFaultFields {}
export type RuntimeFault = ({ _typeName: "RuntimeFault" } & RuntimeFaultFields) | HostCommunication | InvalidArgument | InvalidRequest | ManagedObjectNotFound | MethodDisabled | NotEnoughLicenses | NotSupported | RequestCanceled | SecurityError | SystemError;
export interface ScheduledHardwareUpgradeInfo {
  _typeName: "ScheduledHardwareUpgradeInfo";
  upgradePolicy?: string;
  versionKey?: string;
  scheduledHardwareUpgradeStatus?: string;
  fault?: LocalizedMethodFault;
}
export interface ScheduledTaskDetail extends TypeDescriptionFields {
  _typeName: "ScheduledTaskDetail";
  frequency: string;
}
export interface ScsiLunFields extends HostDeviceFields {
  key?: string;
  uuid: string;
  descriptor?: ScsiLunDescriptor[];
  canonicalName?: string;
  displayName?: string;
  lunType: string;
  vendor?: string;
  model?: string;
  revision?: string;
  scsiLevel?: number;
  serialNumber?: string;
  durableName?: ScsiLunDurableName;
  alternateName?: ScsiLunDurableName[];
  standardInquiry?: Unlisted;
  queueDepth?: number;
  operationalState: string[];
  capabilities?: ScsiLunCapabilities;
  vStorageSupport?: string;
  protocolEndpoint?: boolean;
  perenniallyReserved?: boolean;
  clusteredVmdkSupported?: boolean;
  applicationProtocol?: string;
  dispersedNs?: boolean;
  deviceReservation?: string;
}
export type ScsiLun = ({ _typeName: "ScsiLun" } & ScsiLunFields) | HostScsiDisk;
export interface ScsiLunCapabilities {
  _typeName: "ScsiLunCapabilities";
  updateDisplayNameSupported: boolean;
}
export interface ScsiLunDescriptor {
  _typeName: "ScsiLunDescriptor";
  quality: string;
  id: string;
}
export interface ScsiLunDurableName {
  _typeName: "ScsiLunDurableName";
  namespace: string;
  namespaceId: number;
  data?: Unlisted;
}
export interface SecurityErrorFields extends RuntimeFaultFields {}
export type SecurityError = ({ _typeName: "SecurityError" } & SecurityErrorFields) | NoPermission | RestrictedVersion;
export interface SelectionSpecFields {
  name?: string;
}
export type SelectionSpec = ({ _typeName: "SelectionSpec" } & SelectionSpecFields) | TraversalSpec;
export interface ServiceContent {
  _typeName: "ServiceContent";
  rootFolder: ManagedObjectReference;
  propertyCollector: ManagedObjectReference;
  viewManager?: ManagedObjectReference;
  about: AboutInfo;
  setting?: ManagedObjectReference;
  userDirectory?: ManagedObjectReference;
  sessionManager?: ManagedObjectReference;
  authorizationManager?: ManagedObjectReference;
  serviceManager?: ManagedObjectReference;
  perfManager?: ManagedObjectReference;
  scheduledTaskManager?: ManagedObjectReference;
  alarmManager?: ManagedObjectReference;
  eventManager?: ManagedObjectReference;
  taskManager?: ManagedObjectReference;
  extensionManager?: ManagedObjectReference;
  customizationSpecManager?: ManagedObjectReference;
  guestCustomizationManager?: ManagedObjectReference;
  customFieldsManager?: ManagedObjectReference;
  accountManager?: ManagedObjectReference;
  diagnosticManager?: ManagedObjectReference;
  licenseManager?: ManagedObjectReference;
  searchIndex?: ManagedObjectReference;
  fileManager?: ManagedObjectReference;
  datastoreNamespaceManager?: ManagedObjectReference;
  virtualDiskManager?: ManagedObjectReference;
  virtualizationManager?: ManagedObjectReference;
  snmpSystem?: ManagedObjectReference;
  vmProvisioningChecker?: ManagedObjectReference;
  vmCompatibilityChecker?: ManagedObjectReference;
  ovfManager?: ManagedObjectReference;
  ipPoolManager?: ManagedObjectReference;
  dvSwitchManager?: ManagedObjectReference;
  hostProfileManager?: ManagedObjectReference;
  clusterProfileManager?: ManagedObjectReference;
  complianceManager?: ManagedObjectReference;
  localizationManager?: ManagedObjectReference;
  storageResourceManager?: ManagedObjectReference;
  guestOperationsManager?: ManagedObjectReference;
  overheadMemoryManager?: ManagedObjectReference;
  certificateManager?: ManagedObjectReference;
  ioFilterManager?: ManagedObjectReference;
  vStorageObjectManager?: ManagedObjectReference;
  hostSpecManager?: ManagedObjectReference;
  cryptoManager?: ManagedObjectReference;
  healthUpdateManager?: ManagedObjectReference;
  failoverClusterConfigurator?: ManagedObjectReference;
  failoverClusterManager?: ManagedObjectReference;
  tenantManager?: ManagedObjectReference;
  siteInfoManager?: ManagedObjectReference;
  storageQueryManager?: ManagedObjectReference;
  directPathProfileManager?: ManagedObjectReference;
}
export interface ServiceLocator {
  _typeName: "ServiceLocator";
  instanceUuid: string;
  url: string;
  credential: ServiceLocatorCredential;
  sslThumbprint?: string;
  sslCertificate?: string;
}
export interface ServiceLocatorCredential {
  _typeName: "ServiceLocatorCredential";
}
export interface SharesInfo {
  _typeName: "SharesInfo";
  shares: number;
  level: SharesLevel;
}
export interface SharesOption {
  _typeName: "SharesOption";
  sharesOption: IntOption;
  defaultLevel: SharesLevel;
}
export interface SnapshotFault extends VimFaultFields {
  _typeName: "SnapshotFault";
}
export interface SnapshotSelectionSpec {
  _typeName: "SnapshotSelectionSpec";
  retentionDays?: number;
}
export interface StorageDrsPodSelectionSpec {
  _typeName: "StorageDrsPodSelectionSpec";
  initialVmConfig?: VmPodConfigForPlacement[];
  storagePod?: ManagedObjectReference;
}
export interface StorageDrsVmConfigInfo {
  _typeName: "StorageDrsVmConfigInfo";
  vm?: ManagedObjectReference;
  enabled?: boolean;
  behavior?: string;
  intraVmAffinity?: boolean;
  intraVmAntiAffinity?: VirtualDiskAntiAffinityRuleSpec;
  virtualDiskRules?: VirtualDiskRuleSpec[];
}
export interface StorageIOAllocationInfo {
  _typeName: "StorageIOAllocationInfo";
  limit?: number;
  shares?: SharesInfo;
  reservation?: number;
}
export interface StoragePlacementResult {
  _typeName: "StoragePlacementResult";
  recommendations?: ClusterRecommendation[];
  drsFault?: ClusterDrsFaults;
  task?: ManagedObjectReference;
}
export interface StoragePlacementSpec {
  _typeName: "StoragePlacementSpec";
  type: string;
  priority?: VirtualMachineMovePriority;
  vm?: ManagedObjectReference;
  podSelectionSpec: StorageDrsPodSelectionSpec;
  cloneSpec?: VirtualMachineCloneSpec;
  cloneName?: string;
  configSpec?: VirtualMachineConfigSpec;
  relocateSpec?: VirtualMachineRelocateSpec;
  resourcePool?: ManagedObjectReference;
  host?: ManagedObjectReference;
  folder?: ManagedObjectReference;
  disallowPrerequisiteMoves?: boolean;
  resourceLeaseDurationSec?: number;
}
export interface StringPolicy extends InheritablePolicyFields {
  _typeName: "StringPolicy";
  value?: string;
}
export interface SystemError extends RuntimeFaultFields {
  _typeName: "SystemError";
  reason: string;
}
export interface TagId {
  _typeName: "TagId";
  nameId?: TagIdNameId;
  uuid?: string;
}
export interface TagIdNameId {
  _typeName: "TagIdNameId";
  tag: string;
  category: string;
}
export interface TagSpec extends ArrayUpdateSpecFields {
  _typeName: "TagSpec";
  id: TagId;
}
export interface TaskFilterSpec {
  _typeName: "TaskFilterSpec";
  entity?: TaskFilterSpecByEntity;
  time?: TaskFilterSpecByTime;
  userName?: TaskFilterSpecByUsername;
  activationId?: string[];
  state?: TaskInfoState[];
  alarm?: ManagedObjectReference;
  scheduledTask?: ManagedObjectReference;
  eventChainId?: number[];
  tag?: string[];
  parentTaskKey?: string[];
  rootTaskKey?: string[];
}
export interface TaskFilterSpecByEntity {
  _typeName: "TaskFilterSpecByEntity";
  entity: ManagedObjectReference;
  recursion: TaskFilterSpecRecursionOption;
}
export interface TaskFilterSpecByTime {
  _typeName: "TaskFilterSpecByTime";
  timeType: TaskFilterSpecTimeOption;
  beginTime?: string;
  endTime?: string;
}
export interface TaskFilterSpecByUsername {
  _typeName: "TaskFilterSpecByUsername";
  systemUser: boolean;
  userList?: string[];
}
export interface TaskInProgress extends VimFaultFields {
  _typeName: "TaskInProgress";
  task: ManagedObjectReference;
}
export interface TaskInfo {
  _typeName: "TaskInfo";
  key: string;
  task: ManagedObjectReference;
  description?: LocalizableMessage;
  name?: string;
  descriptionId: string;
  entity?: ManagedObjectReference;
  entityName?: string;
  locked?: ManagedObjectReference[];
  state: TaskInfoState;
  cancelled: boolean;
  cancelable: boolean;
  error?: LocalizedMethodFault;
  result?: AnyValue;
  progress?: number;
  progressDetails?: KeyAnyValue[];
  reason: TaskReason;
  queueTime: string;
  startTime?: string;
  completeTime?: string;
  eventChainId: number;
  changeTag?: string;
  parentTaskKey?: string;
  rootTaskKey?: string;
  activationId?: string;
}
export interface TaskReason {
  _typeName: "TaskReason";
}
export interface Timedout extends VimFaultFields {
  _typeName: "Timedout";
}
export interface ToolsConfigInfo {
  _typeName: "ToolsConfigInfo";
  toolsVersion?: number;
  toolsInstallType?: string;
  afterPowerOn?: boolean;
  afterResume?: boolean;
  beforeGuestStandby?: boolean;
  beforeGuestShutdown?: boolean;
  beforeGuestReboot?: boolean;
  toolsUpgradePolicy?: string;
  pendingCustomization?: string;
  customizationKeyId?: CryptoKeyId;
  syncTimeWithHostAllowed?: boolean;
  syncTimeWithHost?: boolean;
  lastInstallInfo?: ToolsConfigInfoToolsLastInstallInfo;
}
export interface ToolsConfigInfoToolsLastInstallInfo {
  _typeName: "ToolsConfigInfoToolsLastInstallInfo";
  counter: number;
  fault?: LocalizedMethodFault;
}
export interface ToolsUnavailable extends VimFaultFields {
  _typeName: "ToolsUnavailable";
}
export interface TraversalSpec extends SelectionSpecFields {
  _typeName: "TraversalSpec";
  type: string;
  path: string;
  skip?: boolean;
  selectSet?: SelectionSpec[];
}
export interface TypeDescriptionFields extends DescriptionFields {
  key: string;
}
export type TypeDescription = ({ _typeName: "TypeDescription" } & TypeDescriptionFields) | ScheduledTaskDetail;
export interface UpdateSet {
  _typeName: "UpdateSet";
  version: string;
  filterSet?: PropertyFilterUpdate[];
  truncated?: boolean;
}
export interface UserSession {
  _typeName: "UserSession";
  key: string;
  userName: string;
  fullName: string;
  loginTime: string;
  lastActiveTime: string;
  locale: string;
  messageLocale: string;
  extensionSession: boolean;
  ipAddress: string;
  userAgent: string;
  callCount: number;
}
export interface VAppEntityConfigInfo {
  _typeName: "VAppEntityConfigInfo";
  key?: ManagedObjectReference;
  tag?: string;
  startOrder?: number;
  startDelay?: number;
  waitingForGuest?: boolean;
  startAction?: string;
  stopDelay?: number;
  stopAction?: string;
  destroyWithParent?: boolean;
}
export interface VAppIPAssignmentInfo {
  _typeName: "VAppIPAssignmentInfo";
  supportedAllocationScheme?: string[];
  ipAllocationPolicy?: string;
  supportedIpProtocol?: string[];
  ipProtocol?: string;
}
export interface VAppOvfSectionInfo {
  _typeName: "VAppOvfSectionInfo";
  key?: number;
  namespace?: string;
  type?: string;
  atEnvelopeLevel?: boolean;
  contents?: string;
}
export interface VAppOvfSectionSpec extends ArrayUpdateSpecFields {
  _typeName: "VAppOvfSectionSpec";
  info?: VAppOvfSectionInfo;
}
export interface VAppProductInfo {
  _typeName: "VAppProductInfo";
  key: number;
  classId?: string;
  instanceId?: string;
  name?: string;
  vendor?: string;
  version?: string;
  fullVersion?: string;
  vendorUrl?: string;
  productUrl?: string;
  appUrl?: string;
}
export interface VAppProductSpec extends ArrayUpdateSpecFields {
  _typeName: "VAppProductSpec";
  info?: VAppProductInfo;
}
export interface VAppPropertyInfo {
  _typeName: "VAppPropertyInfo";
  key: number;
  classId?: string;
  instanceId?: string;
  id?: string;
  category?: string;
  label?: string;
  type?: string;
  typeReference?: string;
  userConfigurable?: boolean;
  defaultValue?: string;
  value?: string;
  description?: string;
}
export interface VAppPropertySpec extends ArrayUpdateSpecFields {
  _typeName: "VAppPropertySpec";
  info?: VAppPropertyInfo;
}
export interface VimFaultFields extends MethodFaultFields {}
export type VimFault = ({ _typeName: "VimFault" } & VimFaultFields) | AlreadyExists | ConcurrentAccess | DuplicateName | FileFault | InsufficientResourcesFault | InvalidDatastore | InvalidFolder | InvalidLogin | InvalidName | InvalidState | NoCompatibleHost | SnapshotFault | TaskInProgress | Timedout | ToolsUnavailable | VmConfigFault;
export interface VirtualAHCIController extends VirtualSATAControllerFields {
  _typeName: "VirtualAHCIController";
}
export interface VirtualBusLogicController extends VirtualSCSIControllerFields {
  _typeName: "VirtualBusLogicController";
}
export interface VirtualCdrom extends VirtualDeviceFields {
  _typeName: "VirtualCdrom";
}
export interface VirtualCdromAtapiBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualCdromAtapiBackingInfo";
}
export interface VirtualCdromIsoBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualCdromIsoBackingInfo";
}
export interface VirtualCdromPassthroughBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualCdromPassthroughBackingInfo";
  exclusive: boolean;
}
export interface VirtualCdromRemoteAtapiBackingInfo extends VirtualDeviceRemoteDeviceBackingInfoFields {
  _typeName: "VirtualCdromRemoteAtapiBackingInfo";
}
export interface VirtualCdromRemotePassthroughBackingInfo extends VirtualDeviceRemoteDeviceBackingInfoFields {
  _typeName: "VirtualCdromRemotePassthroughBackingInfo";
  exclusive: boolean;
}
export interface VirtualControllerFields extends VirtualDeviceFields {
  busNumber: number;
  device?: number[];
}
export type VirtualController = ({ _typeName: "VirtualController" } & VirtualControllerFields) | VirtualIDEController | VirtualNVDIMMController | VirtualNVMEController | VirtualPCIController | VirtualPS2Controller | VirtualSATAController | VirtualSCSIController | VirtualSIOController | VirtualUSBController | VirtualUSBXHCIController;
export interface VirtualDeviceFields {
  key: number;
  deviceInfo?: Description;
  backing?: VirtualDeviceBackingInfo;
  connectable?: VirtualDeviceConnectInfo;
  slotInfo?: VirtualDeviceBusSlotInfo;
  controllerKey?: number;
  unitNumber?: number;
  numaNode?: number;
  deviceGroupInfo?: VirtualDeviceDeviceGroupInfo;
}
export type VirtualDevice = ({ _typeName: "VirtualDevice" } & VirtualDeviceFields) | VirtualCdrom | VirtualController | VirtualDisk | VirtualEthernetCard | VirtualFloppy | VirtualKeyboard | VirtualMachineVMCIDevice | VirtualMachineVMIROM | VirtualMachineVideoCard | VirtualNVDIMM | VirtualPCIPassthrough | VirtualParallelPort | VirtualPointingDevice | VirtualPrecisionClock | VirtualSCSIPassthrough | VirtualSerialPort | VirtualSoundCard | VirtualTPM | VirtualUSB | VirtualWDT;
export interface VirtualDeviceBackingInfoFields {}
export type VirtualDeviceBackingInfo = ({ _typeName: "VirtualDeviceBackingInfo" } & VirtualDeviceBackingInfoFields) | VirtualDeviceDeviceBackingInfo | VirtualDeviceFileBackingInfo | VirtualDevicePipeBackingInfo | VirtualDeviceRemoteDeviceBackingInfo | VirtualDeviceURIBackingInfo | VirtualEthernetCardDistributedVirtualPortBackingInfo | VirtualEthernetCardOpaqueNetworkBackingInfo | VirtualPCIPassthroughDvxBackingInfo | VirtualPCIPassthroughPluginBackingInfo | VirtualPrecisionClockSystemClockBackingInfo | VirtualSerialPortThinPrintBackingInfo | VirtualSriovEthernetCardSriovBackingInfo;
export interface VirtualDeviceBackingOption {
  _typeName: "VirtualDeviceBackingOption";
  type: string;
}
export interface VirtualDeviceBusSlotInfoFields {}
export type VirtualDeviceBusSlotInfo = ({ _typeName: "VirtualDeviceBusSlotInfo" } & VirtualDeviceBusSlotInfoFields) | VirtualDevicePciBusSlotInfo;
export interface VirtualDeviceBusSlotOption {
  _typeName: "VirtualDeviceBusSlotOption";
  type: string;
}
export interface VirtualDeviceConfigSpec {
  _typeName: "VirtualDeviceConfigSpec";
  operation?: VirtualDeviceConfigSpecOperation;
  fileOperation?: VirtualDeviceConfigSpecFileOperation;
  device: VirtualDevice;
  profile?: VirtualMachineProfileSpec[];
  backing?: VirtualDeviceConfigSpecBackingSpec;
  filterSpec?: VirtualMachineBaseIndependentFilterSpec[];
  changeMode?: string;
}
export interface VirtualDeviceConfigSpecBackingSpec {
  _typeName: "VirtualDeviceConfigSpecBackingSpec";
  parent?: VirtualDeviceConfigSpecBackingSpec;
  crypto?: CryptoSpec;
}
export interface VirtualDeviceConnectInfo {
  _typeName: "VirtualDeviceConnectInfo";
  migrateConnect?: string;
  startConnected: boolean;
  allowGuestControl: boolean;
  connected: boolean;
  status?: string;
}
export interface VirtualDeviceConnectOption {
  _typeName: "VirtualDeviceConnectOption";
  startConnected: BoolOption;
  allowGuestControl: BoolOption;
}
export interface VirtualDeviceDeviceBackingInfoFields extends VirtualDeviceBackingInfoFields {
  deviceName: string;
  useAutoDetect?: boolean;
}
export type VirtualDeviceDeviceBackingInfo = ({ _typeName: "VirtualDeviceDeviceBackingInfo" } & VirtualDeviceDeviceBackingInfoFields) | VirtualCdromAtapiBackingInfo | VirtualCdromPassthroughBackingInfo | VirtualDiskRawDiskVer2BackingInfo | VirtualEthernetCardLegacyNetworkBackingInfo | VirtualEthernetCardNetworkBackingInfo | VirtualFloppyDeviceBackingInfo | VirtualPCIPassthroughDeviceBackingInfo | VirtualPCIPassthroughDynamicBackingInfo | VirtualParallelPortDeviceBackingInfo | VirtualPointingDeviceDeviceBackingInfo | VirtualSCSIPassthroughDeviceBackingInfo | VirtualSerialPortDeviceBackingInfo | VirtualSoundCardDeviceBackingInfo | VirtualUSBRemoteHostBackingInfo | VirtualUSBUSBBackingInfo;
export interface VirtualDeviceDeviceGroupInfo {
  _typeName: "VirtualDeviceDeviceGroupInfo";
  groupInstanceKey: number;
  sequenceId: number;
}
export interface VirtualDeviceFileBackingInfoFields extends VirtualDeviceBackingInfoFields {
  fileName: string;
  datastore?: ManagedObjectReference;
  backingObjectId?: string;
}
export type VirtualDeviceFileBackingInfo = ({ _typeName: "VirtualDeviceFileBackingInfo" } & VirtualDeviceFileBackingInfoFields) | VirtualCdromIsoBackingInfo | VirtualDiskFlatVer1BackingInfo | VirtualDiskFlatVer2BackingInfo | VirtualDiskLocalPMemBackingInfo | VirtualDiskRawDiskMappingVer1BackingInfo | VirtualDiskSeSparseBackingInfo | VirtualDiskSparseVer1BackingInfo | VirtualDiskSparseVer2BackingInfo | VirtualFloppyImageBackingInfo | VirtualNVDIMMBackingInfo | VirtualParallelPortFileBackingInfo | VirtualSerialPortFileBackingInfo;
export interface VirtualDeviceOption {
  _typeName: "VirtualDeviceOption";
  type: string;
  connectOption?: VirtualDeviceConnectOption;
  busSlotOption?: VirtualDeviceBusSlotOption;
  controllerType?: string;
  autoAssignController?: BoolOption;
  backingOption?: VirtualDeviceBackingOption[];
  defaultBackingOptionIndex?: number;
  licensingLimit?: string[];
  deprecated: boolean;
  plugAndPlay: boolean;
  hotRemoveSupported: boolean;
  numaSupported?: boolean;
}
export interface VirtualDevicePciBusSlotInfo extends VirtualDeviceBusSlotInfoFields {
  _typeName: "VirtualDevicePciBusSlotInfo";
  pciSlotNumber: number;
}
export interface VirtualDevicePipeBackingInfoFields extends VirtualDeviceBackingInfoFields {
  pipeName: string;
}
export type VirtualDevicePipeBackingInfo = ({ _typeName: "VirtualDevicePipeBackingInfo" } & VirtualDevicePipeBackingInfoFields) | VirtualSerialPortPipeBackingInfo;
export interface VirtualDeviceRemoteDeviceBackingInfoFields extends VirtualDeviceBackingInfoFields {
  deviceName: string;
  useAutoDetect?: boolean;
}
export type VirtualDeviceRemoteDeviceBackingInfo = ({ _typeName: "VirtualDeviceRemoteDeviceBackingInfo" } & VirtualDeviceRemoteDeviceBackingInfoFields) | VirtualCdromRemoteAtapiBackingInfo | VirtualCdromRemotePassthroughBackingInfo | VirtualFloppyRemoteDeviceBackingInfo | VirtualUSBRemoteClientBackingInfo;
export interface VirtualDeviceURIBackingInfoFields extends VirtualDeviceBackingInfoFields {
  serviceURI: string;
  direction: string;
  proxyURI?: string;
}
export type VirtualDeviceURIBackingInfo = ({ _typeName: "VirtualDeviceURIBackingInfo" } & VirtualDeviceURIBackingInfoFields) | VirtualSerialPortURIBackingInfo;
export interface VirtualDisk extends VirtualDeviceFields {
  _typeName: "VirtualDisk";
  capacityInKB: number;
  capacityInBytes?: number;
  shares?: SharesInfo;
  storageIOAllocation?: StorageIOAllocationInfo;
  diskObjectId?: string;
  vFlashCacheConfigInfo?: VirtualDiskVFlashCacheConfigInfo;
  iofilter?: string[];
  vDiskId?: ID;
  vDiskVersion?: number;
  virtualDiskFormat?: string;
  nativeUnmanagedLinkedClone?: boolean;
  independentFilters?: VirtualMachineBaseIndependentFilterSpec[];
  guestReadOnly?: boolean;
}
export interface VirtualDiskAntiAffinityRuleSpec extends ClusterRuleInfoFields {
  _typeName: "VirtualDiskAntiAffinityRuleSpec";
  diskId: number[];
}
export interface VirtualDiskFlatVer1BackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskFlatVer1BackingInfo";
  diskMode: string;
  split?: boolean;
  writeThrough?: boolean;
  contentId?: string;
  parent?: VirtualDiskFlatVer1BackingInfo;
}
export interface VirtualDiskFlatVer2BackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskFlatVer2BackingInfo";
  diskMode: string;
  split?: boolean;
  writeThrough?: boolean;
  thinProvisioned?: boolean;
  eagerlyScrub?: boolean;
  uuid?: string;
  contentId?: string;
  changeId?: string;
  parent?: VirtualDiskFlatVer2BackingInfo;
  deltaDiskFormat?: string;
  digestEnabled?: boolean;
  deltaGrainSize?: number;
  deltaDiskFormatVariant?: string;
  sharing?: string;
  keyId?: CryptoKeyId;
}
export interface VirtualDiskLocalPMemBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskLocalPMemBackingInfo";
  diskMode: string;
  uuid?: string;
  volumeUUID?: string;
  contentId?: string;
}
export interface VirtualDiskPartitionedRawDiskVer2BackingInfo extends VirtualDiskRawDiskVer2BackingInfoFields {
  _typeName: "VirtualDiskPartitionedRawDiskVer2BackingInfo";
  partition: number[];
}
export interface VirtualDiskRawDiskMappingVer1BackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskRawDiskMappingVer1BackingInfo";
  lunUuid?: string;
  deviceName?: string;
  compatibilityMode?: string;
  diskMode?: string;
  uuid?: string;
  contentId?: string;
  changeId?: string;
  parent?: VirtualDiskRawDiskMappingVer1BackingInfo;
  deltaDiskFormat?: string;
  deltaGrainSize?: number;
  sharing?: string;
}
export interface VirtualDiskRawDiskVer2BackingInfoFields extends VirtualDeviceDeviceBackingInfoFields {
  descriptorFileName: string;
  uuid?: string;
  changeId?: string;
  sharing?: string;
}
export type VirtualDiskRawDiskVer2BackingInfo = ({ _typeName: "VirtualDiskRawDiskVer2BackingInfo" } & VirtualDiskRawDiskVer2BackingInfoFields) | VirtualDiskPartitionedRawDiskVer2BackingInfo;
export interface VirtualDiskRuleSpec extends ClusterRuleInfoFields {
  _typeName: "VirtualDiskRuleSpec";
  diskRuleType: string;
  diskId?: number[];
}
export interface VirtualDiskSeSparseBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskSeSparseBackingInfo";
  diskMode: string;
  writeThrough?: boolean;
  uuid?: string;
  contentId?: string;
  changeId?: string;
  parent?: VirtualDiskSeSparseBackingInfo;
  deltaDiskFormat?: string;
  digestEnabled?: boolean;
  grainSize?: number;
  keyId?: CryptoKeyId;
}
export interface VirtualDiskSparseVer1BackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskSparseVer1BackingInfo";
  diskMode: string;
  split?: boolean;
  writeThrough?: boolean;
  spaceUsedInKB?: number;
  contentId?: string;
  parent?: VirtualDiskSparseVer1BackingInfo;
}
export interface VirtualDiskSparseVer2BackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualDiskSparseVer2BackingInfo";
  diskMode: string;
  split?: boolean;
  writeThrough?: boolean;
  spaceUsedInKB?: number;
  uuid?: string;
  contentId?: string;
  changeId?: string;
  parent?: VirtualDiskSparseVer2BackingInfo;
  keyId?: CryptoKeyId;
}
export interface VirtualDiskSpec {
  _typeName: "VirtualDiskSpec";
  diskType: string;
  adapterType: string;
}
export interface VirtualDiskVFlashCacheConfigInfo {
  _typeName: "VirtualDiskVFlashCacheConfigInfo";
  vFlashModule?: string;
  reservationInMB?: number;
  cacheConsistencyType?: string;
  cacheMode?: string;
  blockSizeInKB?: number;
}
export interface VirtualE1000 extends VirtualEthernetCardFields {
  _typeName: "VirtualE1000";
}
export interface VirtualE1000e extends VirtualEthernetCardFields {
  _typeName: "VirtualE1000e";
}
export interface VirtualEnsoniq1371 extends VirtualSoundCardFields {
  _typeName: "VirtualEnsoniq1371";
}
export interface VirtualEthernetCardFields extends VirtualDeviceFields {
  addressType?: string;
  macAddress?: string;
  wakeOnLanEnabled?: boolean;
  resourceAllocation?: VirtualEthernetCardResourceAllocation;
  externalId?: string;
  uptCompatibilityEnabled?: boolean;
  subnetId?: string;
}
export type VirtualEthernetCard = ({ _typeName: "VirtualEthernetCard" } & VirtualEthernetCardFields) | VirtualE1000 | VirtualE1000e | VirtualPCNet32 | VirtualSriovEthernetCard | VirtualVmxnet;
export interface VirtualEthernetCardDistributedVirtualPortBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualEthernetCardDistributedVirtualPortBackingInfo";
  port: DistributedVirtualSwitchPortConnection;
}
export interface VirtualEthernetCardLegacyNetworkBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualEthernetCardLegacyNetworkBackingInfo";
}
export interface VirtualEthernetCardNetworkBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualEthernetCardNetworkBackingInfo";
  network?: ManagedObjectReference;
  inPassthroughMode?: boolean;
}
export interface VirtualEthernetCardOpaqueNetworkBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualEthernetCardOpaqueNetworkBackingInfo";
  opaqueNetworkId: string;
  opaqueNetworkType: string;
}
export interface VirtualEthernetCardResourceAllocation {
  _typeName: "VirtualEthernetCardResourceAllocation";
  reservation?: number;
  share: SharesInfo;
  limit?: number;
}
export interface VirtualFloppy extends VirtualDeviceFields {
  _typeName: "VirtualFloppy";
}
export interface VirtualFloppyDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualFloppyDeviceBackingInfo";
}
export interface VirtualFloppyImageBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualFloppyImageBackingInfo";
}
export interface VirtualFloppyRemoteDeviceBackingInfo extends VirtualDeviceRemoteDeviceBackingInfoFields {
  _typeName: "VirtualFloppyRemoteDeviceBackingInfo";
}
export interface VirtualHardware {
  _typeName: "VirtualHardware";
  numCPU: number;
  numCoresPerSocket?: number;
  autoCoresPerSocket?: boolean;
  memoryMB: number;
  virtualICH7MPresent?: boolean;
  virtualSMCPresent?: boolean;
  device?: VirtualDevice[];
  motherboardLayout?: string;
  simultaneousThreads?: number;
}
export interface VirtualHardwareOption {
  _typeName: "VirtualHardwareOption";
  hwVersion: number;
  virtualDeviceOption: VirtualDeviceOption[];
  deviceListReadonly: boolean;
  numCPU: number[];
  numCoresPerSocket: IntOption;
  autoCoresPerSocket?: BoolOption;
  numCpuReadonly: boolean;
  memoryMB: LongOption;
  numPCIControllers: IntOption;
  numIDEControllers: IntOption;
  numUSBControllers: IntOption;
  numUSBXHCIControllers: IntOption;
  numSIOControllers: IntOption;
  numPS2Controllers: IntOption;
  licensingLimit?: string[];
  numSupportedWwnPorts?: IntOption;
  numSupportedWwnNodes?: IntOption;
  resourceConfigOption: ResourceConfigOption;
  numNVDIMMControllers?: IntOption;
  numTPMDevices?: IntOption;
  numWDTDevices?: IntOption;
  numPrecisionClockDevices?: IntOption;
  epcMemoryMB?: LongOption;
  acpiHostBridgesFirmware?: string[];
  numCpuSimultaneousThreads?: IntOption;
  numNumaNodes?: IntOption;
  numDeviceGroups?: IntOption;
  deviceGroupTypes?: string[];
}
export interface VirtualHdAudioCard extends VirtualSoundCardFields {
  _typeName: "VirtualHdAudioCard";
}
export interface VirtualIDEController extends VirtualControllerFields {
  _typeName: "VirtualIDEController";
}
export interface VirtualKeyboard extends VirtualDeviceFields {
  _typeName: "VirtualKeyboard";
}
export interface VirtualLsiLogicController extends VirtualSCSIControllerFields {
  _typeName: "VirtualLsiLogicController";
}
export interface VirtualLsiLogicSASController extends VirtualSCSIControllerFields {
  _typeName: "VirtualLsiLogicSASController";
}
export interface VirtualMachineAffinityInfo {
  _typeName: "VirtualMachineAffinityInfo";
  affinitySet: number[];
}
export interface VirtualMachineBaseIndependentFilterSpec {
  _typeName: "VirtualMachineBaseIndependentFilterSpec";
}
export interface VirtualMachineBootOptions {
  _typeName: "VirtualMachineBootOptions";
  bootDelay?: number;
  enterBIOSSetup?: boolean;
  efiSecureBootEnabled?: boolean;
  bootRetryEnabled?: boolean;
  bootRetryDelay?: number;
  bootOrder?: VirtualMachineBootOptionsBootableDevice[];
  networkBootProtocol?: string;
}
export interface VirtualMachineBootOptionsBootableCdromDevice extends VirtualMachineBootOptionsBootableDeviceFields {
  _typeName: "VirtualMachineBootOptionsBootableCdromDevice";
}
export interface VirtualMachineBootOptionsBootableDeviceFields {}
export type VirtualMachineBootOptionsBootableDevice = ({ _typeName: "VirtualMachineBootOptionsBootableDevice" } & VirtualMachineBootOptionsBootableDeviceFields) | VirtualMachineBootOptionsBootableCdromDevice | VirtualMachineBootOptionsBootableDiskDevice | VirtualMachineBootOptionsBootableEthernetDevice | VirtualMachineBootOptionsBootableFloppyDevice;
export interface VirtualMachineBootOptionsBootableDiskDevice extends VirtualMachineBootOptionsBootableDeviceFields {
  _typeName: "VirtualMachineBootOptionsBootableDiskDevice";
  deviceKey: number;
}
export interface VirtualMachineBootOptionsBootableEthernetDevice extends VirtualMachineBootOptionsBootableDeviceFields {
  _typeName: "VirtualMachineBootOptionsBootableEthernetDevice";
  deviceKey: number;
}
export interface VirtualMachineBootOptionsBootableFloppyDevice extends VirtualMachineBootOptionsBootableDeviceFields {
  _typeName: "VirtualMachineBootOptionsBootableFloppyDevice";
}
export interface VirtualMachineCapability {
  _typeName: "VirtualMachineCapability";
  snapshotOperationsSupported: boolean;
  multipleSnapshotsSupported: boolean;
  snapshotConfigSupported: boolean;
  poweredOffSnapshotsSupported: boolean;
  memorySnapshotsSupported: boolean;
  revertToSnapshotSupported: boolean;
  quiescedSnapshotsSupported: boolean;
  disableSnapshotsSupported: boolean;
  lockSnapshotsSupported: boolean;
  consolePreferencesSupported: boolean;
  cpuFeatureMaskSupported: boolean;
  s1AcpiManagementSupported: boolean;
  settingScreenResolutionSupported: boolean;
  toolsAutoUpdateSupported: boolean;
  vmNpivWwnSupported: boolean;
  npivWwnOnNonRdmVmSupported: boolean;
  vmNpivWwnDisableSupported: boolean;
  vmNpivWwnUpdateSupported: boolean;
  swapPlacementSupported: boolean;
  toolsSyncTimeSupported: boolean;
  virtualMmuUsageSupported: boolean;
  diskSharesSupported: boolean;
  bootOptionsSupported: boolean;
  bootRetryOptionsSupported: boolean;
  settingVideoRamSizeSupported: boolean;
  settingDisplayTopologySupported: boolean;
  recordReplaySupported: boolean;
  changeTrackingSupported: boolean;
  multipleCoresPerSocketSupported: boolean;
  hostBasedReplicationSupported: boolean;
  guestAutoLockSupported: boolean;
  memoryReservationLockSupported: boolean;
  featureRequirementSupported: boolean;
  poweredOnMonitorTypeChangeSupported: boolean;
  seSparseDiskSupported: boolean;
  nestedHVSupported: boolean;
  vPMCSupported: boolean;
  secureBootSupported?: boolean;
  perVmEvcSupported?: boolean;
  virtualMmuUsageIgnored?: boolean;
  virtualExecUsageIgnored?: boolean;
  diskOnlySnapshotOnSuspendedVMSupported?: boolean;
  suspendToMemorySupported?: boolean;
  toolsSyncTimeAllowSupported?: boolean;
  sevSupported?: boolean;
  pmemFailoverSupported?: boolean;
  requireSgxAttestationSupported?: boolean;
  changeModeDisksSupported?: boolean;
  vendorDeviceGroupSupported?: boolean;
  sevSnpSupported?: boolean;
  tdxSupported?: boolean;
}
export interface VirtualMachineCertThumbprint {
  _typeName: "VirtualMachineCertThumbprint";
  thumbprint: string;
  hashAlgorithm?: string;
}
export interface VirtualMachineCloneSpec {
  _typeName: "VirtualMachineCloneSpec";
  location: VirtualMachineRelocateSpec;
  template: boolean;
  config?: VirtualMachineConfigSpec;
  customization?: CustomizationSpec;
  powerOn: boolean;
  snapshot?: ManagedObjectReference;
  memory?: boolean;
  tpmProvisionPolicy?: string;
}
export interface VirtualMachineConfigInfo {
  _typeName: "VirtualMachineConfigInfo";
  changeVersion: string;
  modified: string;
  name: string;
  guestFullName: string;
  version: string;
  uuid: string;
  createDate?: string;
  instanceUuid?: string;
  npivNodeWorldWideName?: number[];
  npivPortWorldWideName?: number[];
  npivWorldWideNameType?: string;
  npivDesiredNodeWwns?: number;
  npivDesiredPortWwns?: number;
  npivTemporaryDisabled?: boolean;
  npivOnNonRdmDisks?: boolean;
  locationId?: string;
  template: boolean;
  guestId: string;
  alternateGuestName: string;
  annotation?: string;
  files: VirtualMachineFileInfo;
  tools?: ToolsConfigInfo;
  flags: VirtualMachineFlagInfo;
  consolePreferences?: VirtualMachineConsolePreferences;
  defaultPowerOps: VirtualMachineDefaultPowerOpInfo;
  rebootPowerOff?: boolean;
  hardware: VirtualHardware;
  vcpuConfig?: VirtualMachineVcpuConfig[];
  cpuAllocation?: ResourceAllocationInfo;
  memoryAllocation?: ResourceAllocationInfo;
  latencySensitivity?: LatencySensitivity;
  memoryHotAddEnabled?: boolean;
  cpuHotAddEnabled?: boolean;
  cpuHotRemoveEnabled?: boolean;
  hotPlugMemoryLimit?: number;
  hotPlugMemoryIncrementSize?: number;
  cpuAffinity?: VirtualMachineAffinityInfo;
  memoryAffinity?: VirtualMachineAffinityInfo;
  networkShaper?: VirtualMachineNetworkShaperInfo;
  extraConfig?: OptionValue[];
  cpuFeatureMask?: HostCpuIdInfo[];
  datastoreUrl?: VirtualMachineConfigInfoDatastoreUrlPair[];
  swapPlacement?: string;
  bootOptions?: VirtualMachineBootOptions;
  ftInfo?: FaultToleranceConfigInfo;
  repConfig?: ReplicationConfigSpec;
  vAppConfig?: VmConfigInfo;
  vAssertsEnabled?: boolean;
  changeTrackingEnabled?: boolean;
  firmware?: string;
  maxMksConnections?: number;
  guestAutoLockEnabled?: boolean;
  managedBy?: ManagedByInfo;
  memoryReservationLockedToMax?: boolean;
  initialOverhead?: VirtualMachineConfigInfoOverheadInfo;
  nestedHVEnabled?: boolean;
  vPMCEnabled?: boolean;
  scheduledHardwareUpgradeInfo?: ScheduledHardwareUpgradeInfo;
  forkConfigInfo?: VirtualMachineForkConfigInfo;
  vFlashCacheReservation?: number;
  vmxConfigChecksum?: string;
  messageBusTunnelEnabled?: boolean;
  vmStorageObjectId?: string;
  swapStorageObjectId?: string;
  keyId?: CryptoKeyId;
  guestIntegrityInfo?: VirtualMachineGuestIntegrityInfo;
  migrateEncryption?: string;
  sgxInfo?: VirtualMachineSgxInfo;
  contentLibItemInfo?: VirtualMachineContentLibraryItemInfo;
  ftEncryptionMode?: string;
  guestMonitoringModeInfo?: VirtualMachineGuestMonitoringModeInfo;
  sevEnabled?: boolean;
  numaInfo?: VirtualMachineVirtualNumaInfo;
  pmemFailoverEnabled?: boolean;
  vmxStatsCollectionEnabled?: boolean;
  vmOpNotificationToAppEnabled?: boolean;
  vmOpNotificationTimeout?: number;
  deviceSwap?: VirtualMachineVirtualDeviceSwap;
  pmem?: VirtualMachineVirtualPMem;
  deviceGroups?: VirtualMachineVirtualDeviceGroups;
  fixedPassthruHotPlugEnabled?: boolean;
  metroFtEnabled?: boolean;
  vmxRuntimeConfig?: OptionValue[];
  metroFtHostGroup?: string;
  tdxEnabled?: boolean;
  sevSnpEnabled?: boolean;
  extensionCompatibilityConstraint?: Unlisted;
}
export interface VirtualMachineConfigInfoDatastoreUrlPair {
  _typeName: "VirtualMachineConfigInfoDatastoreUrlPair";
  name: string;
  url: string;
}
export interface VirtualMachineConfigInfoOverheadInfo {
  _typeName: "VirtualMachineConfigInfoOverheadInfo";
  initialMemoryReservation?: number;
  initialSwapReservation?: number;
}
export interface VirtualMachineConfigOption {
  _typeName: "VirtualMachineConfigOption";
  version: string;
  description: string;
  guestOSDescriptor: GuestOsDescriptor[];
  guestOSDefaultIndex: number;
  hardwareOptions: VirtualHardwareOption;
  capabilities: VirtualMachineCapability;
  datastore: DatastoreOption;
  defaultDevice?: VirtualDevice[];
  supportedMonitorType: string[];
  supportedOvfEnvironmentTransport?: string[];
  supportedOvfInstallTransport?: string[];
  propertyRelations?: VirtualMachinePropertyRelation[];
}
export interface VirtualMachineConfigSpec {
  _typeName: "VirtualMachineConfigSpec";
  changeVersion?: string;
  name?: string;
  version?: string;
  createDate?: string;
  uuid?: string;
  instanceUuid?: string;
  npivNodeWorldWideName?: number[];
  npivPortWorldWideName?: number[];
  npivWorldWideNameType?: string;
  npivDesiredNodeWwns?: number;
  npivDesiredPortWwns?: number;
  npivTemporaryDisabled?: boolean;
  npivOnNonRdmDisks?: boolean;
  npivWorldWideNameOp?: string;
  locationId?: string;
  guestId?: string;
  alternateGuestName?: string;
  annotation?: string;
  files?: VirtualMachineFileInfo;
  tools?: ToolsConfigInfo;
  flags?: VirtualMachineFlagInfo;
  consolePreferences?: VirtualMachineConsolePreferences;
  powerOpInfo?: VirtualMachineDefaultPowerOpInfo;
  rebootPowerOff?: boolean;
  numCPUs?: number;
  vcpuConfig?: VirtualMachineVcpuConfig[];
  numCoresPerSocket?: number;
  memoryMB?: number;
  memoryHotAddEnabled?: boolean;
  cpuHotAddEnabled?: boolean;
  cpuHotRemoveEnabled?: boolean;
  virtualICH7MPresent?: boolean;
  virtualSMCPresent?: boolean;
  deviceChange?: VirtualDeviceConfigSpec[];
  cpuAllocation?: ResourceAllocationInfo;
  memoryAllocation?: ResourceAllocationInfo;
  latencySensitivity?: LatencySensitivity;
  cpuAffinity?: VirtualMachineAffinityInfo;
  memoryAffinity?: VirtualMachineAffinityInfo;
  networkShaper?: VirtualMachineNetworkShaperInfo;
  cpuFeatureMask?: VirtualMachineCpuIdInfoSpec[];
  extraConfig?: OptionValue[];
  swapPlacement?: string;
  bootOptions?: VirtualMachineBootOptions;
  vAppConfig?: VmConfigSpec;
  ftInfo?: FaultToleranceConfigInfo;
  repConfig?: ReplicationConfigSpec;
  vAppConfigRemoved?: boolean;
  vAssertsEnabled?: boolean;
  changeTrackingEnabled?: boolean;
  firmware?: string;
  maxMksConnections?: number;
  guestAutoLockEnabled?: boolean;
  managedBy?: ManagedByInfo;
  memoryReservationLockedToMax?: boolean;
  nestedHVEnabled?: boolean;
  vPMCEnabled?: boolean;
  scheduledHardwareUpgradeInfo?: ScheduledHardwareUpgradeInfo;
  vmProfile?: VirtualMachineProfileSpec[];
  messageBusTunnelEnabled?: boolean;
  crypto?: CryptoSpec;
  migrateEncryption?: string;
  sgxInfo?: VirtualMachineSgxInfo;
  ftEncryptionMode?: string;
  guestMonitoringModeInfo?: VirtualMachineGuestMonitoringModeInfo;
  sevEnabled?: boolean;
  virtualNuma?: VirtualMachineVirtualNuma;
  motherboardLayout?: string;
  pmemFailoverEnabled?: boolean;
  vmxStatsCollectionEnabled?: boolean;
  vmOpNotificationToAppEnabled?: boolean;
  vmOpNotificationTimeout?: number;
  deviceSwap?: VirtualMachineVirtualDeviceSwap;
  simultaneousThreads?: number;
  pmem?: VirtualMachineVirtualPMem;
  deviceGroups?: VirtualMachineVirtualDeviceGroups;
  fixedPassthruHotPlugEnabled?: boolean;
  metroFtEnabled?: boolean;
  metroFtHostGroup?: string;
  tdxEnabled?: boolean;
  sevSnpEnabled?: boolean;
  tagSpecs?: TagSpec[];
  vmPlacementPolicies?: VmPlacementPolicy[];
  extensionCompatibilityConstraint?: Unlisted;
  skipExtensionCompatibilityChecks?: boolean;
}
export interface VirtualMachineConfigSummary {
  _typeName: "VirtualMachineConfigSummary";
  name: string;
  template: boolean;
  vmPathName: string;
  memorySizeMB?: number;
  cpuReservation?: number;
  memoryReservation?: number;
  numCpu?: number;
  numEthernetCards?: number;
  numVirtualDisks?: number;
  uuid?: string;
  instanceUuid?: string;
  guestId?: string;
  guestFullName?: string;
  annotation?: string;
  product?: VAppProductInfo;
  installBootRequired?: boolean;
  ftInfo?: FaultToleranceConfigInfo;
  managedBy?: ManagedByInfo;
  tpmPresent?: boolean;
  numVmiopBackings?: number;
  hwVersion?: string;
}
export interface VirtualMachineConsolePreferences {
  _typeName: "VirtualMachineConsolePreferences";
  powerOnWhenOpened?: boolean;
  enterFullScreenOnPowerOn?: boolean;
  closeOnPowerOffOrSuspend?: boolean;
}
export interface VirtualMachineContentLibraryItemInfo {
  _typeName: "VirtualMachineContentLibraryItemInfo";
  contentLibraryItemUuid: string;
  contentLibraryItemVersion?: string;
}
export interface VirtualMachineCpuIdInfoSpec extends ArrayUpdateSpecFields {
  _typeName: "VirtualMachineCpuIdInfoSpec";
  info?: HostCpuIdInfo;
}
export interface VirtualMachineDatastoreVolumeOption {
  _typeName: "VirtualMachineDatastoreVolumeOption";
  fileSystemType: string;
  majorVersion?: number;
}
export interface VirtualMachineDefaultPowerOpInfo {
  _typeName: "VirtualMachineDefaultPowerOpInfo";
  powerOffType?: string;
  suspendType?: string;
  resetType?: string;
  defaultPowerOffType?: string;
  defaultSuspendType?: string;
  defaultResetType?: string;
  standbyAction?: string;
}
export interface VirtualMachineDefaultProfileSpec extends VirtualMachineProfileSpecFields {
  _typeName: "VirtualMachineDefaultProfileSpec";
}
export interface VirtualMachineDefinedProfileSpec extends VirtualMachineProfileSpecFields {
  _typeName: "VirtualMachineDefinedProfileSpec";
  profileId: string;
  replicationSpec?: ReplicationSpec;
  profileData?: VirtualMachineProfileRawData;
  profileParams?: KeyValue[];
}
export interface VirtualMachineDeviceRuntimeInfo {
  _typeName: "VirtualMachineDeviceRuntimeInfo";
  runtimeState: VirtualMachineDeviceRuntimeInfoDeviceRuntimeState;
  key: number;
}
export interface VirtualMachineDeviceRuntimeInfoDeviceRuntimeState {
  _typeName: "VirtualMachineDeviceRuntimeInfoDeviceRuntimeState";
}
export interface VirtualMachineEmptyProfileSpec extends VirtualMachineProfileSpecFields {
  _typeName: "VirtualMachineEmptyProfileSpec";
}
export interface VirtualMachineFeatureRequirement {
  _typeName: "VirtualMachineFeatureRequirement";
  key: string;
  featureName: string;
  value: string;
}
export interface VirtualMachineFileInfo {
  _typeName: "VirtualMachineFileInfo";
  vmPathName?: string;
  snapshotDirectory?: string;
  suspendDirectory?: string;
  logDirectory?: string;
  ftMetadataDirectory?: string;
}
export interface VirtualMachineFileLayoutEx {
  _typeName: "VirtualMachineFileLayoutEx";
  file?: VirtualMachineFileLayoutExFileInfo[];
  disk?: VirtualMachineFileLayoutExDiskLayout[];
  snapshot?: VirtualMachineFileLayoutExSnapshotLayout[];
  timestamp: string;
}
export interface VirtualMachineFileLayoutExDiskLayout {
  _typeName: "VirtualMachineFileLayoutExDiskLayout";
  key: number;
  virtualDiskFormat?: string;
  chain?: VirtualMachineFileLayoutExDiskUnit[];
}
export interface VirtualMachineFileLayoutExDiskUnit {
  _typeName: "VirtualMachineFileLayoutExDiskUnit";
  fileKey: number[];
}
export interface VirtualMachineFileLayoutExFileInfo {
  _typeName: "VirtualMachineFileLayoutExFileInfo";
  key: number;
  name: string;
  type: string;
  size: number;
  uniqueSize?: number;
  backingObjectId?: string;
  accessible?: boolean;
}
export interface VirtualMachineFileLayoutExSnapshotLayout {
  _typeName: "VirtualMachineFileLayoutExSnapshotLayout";
  key: ManagedObjectReference;
  dataKey: number;
  memoryKey: number;
  disk?: VirtualMachineFileLayoutExDiskLayout[];
}
export interface VirtualMachineFlagInfo {
  _typeName: "VirtualMachineFlagInfo";
  disableAcceleration?: boolean;
  enableLogging?: boolean;
  useToe?: boolean;
  runWithDebugInfo?: boolean;
  monitorType?: string;
  htSharing?: string;
  snapshotDisabled?: boolean;
  snapshotLocked?: boolean;
  diskUuidEnabled?: boolean;
  virtualMmuUsage?: string;
  virtualExecUsage?: string;
  snapshotPowerOffBehavior?: string;
  recordReplayEnabled?: boolean;
  faultToleranceType?: string;
  cbrcCacheEnabled?: boolean;
  vvtdEnabled?: boolean;
  vbsEnabled?: boolean;
}
export interface VirtualMachineForkConfigInfo {
  _typeName: "VirtualMachineForkConfigInfo";
  parentEnabled?: boolean;
  childForkGroupId?: string;
  parentForkGroupId?: string;
  childType?: string;
}
export interface VirtualMachineGuestIntegrityInfo {
  _typeName: "VirtualMachineGuestIntegrityInfo";
  enabled?: boolean;
}
export interface VirtualMachineGuestMonitoringModeInfo {
  _typeName: "VirtualMachineGuestMonitoringModeInfo";
  gmmFile?: string;
  gmmAppliance?: string;
}
export interface VirtualMachineGuestQuiesceSpec {
  _typeName: "VirtualMachineGuestQuiesceSpec";
  timeout?: number;
}
export interface VirtualMachineGuestSummary {
  _typeName: "VirtualMachineGuestSummary";
  guestId?: string;
  guestFullName?: string;
  toolsStatus?: VirtualMachineToolsStatus;
  toolsVersionStatus?: string;
  toolsVersionStatus2?: string;
  toolsRunningStatus?: string;
  hostName?: string;
  ipAddress?: string;
  hwVersion?: string;
}
export interface VirtualMachineImportSpec extends ImportSpecFields {
  _typeName: "VirtualMachineImportSpec";
  configSpec: VirtualMachineConfigSpec;
  resPoolEntity?: ManagedObjectReference;
}
export interface VirtualMachineInstantCloneSpec {
  _typeName: "VirtualMachineInstantCloneSpec";
  name: string;
  location: VirtualMachineRelocateSpec;
  config?: OptionValue[];
  biosUuid?: string;
}
export interface VirtualMachineMessage {
  _typeName: "VirtualMachineMessage";
  id: string;
  argument?: AnyValue[];
  text?: string;
}
export interface VirtualMachineMksTicket {
  _typeName: "VirtualMachineMksTicket";
  ticket: string;
  cfgFile: string;
  host?: string;
  port?: number;
  sslThumbprint?: string;
}
export interface VirtualMachineNetworkShaperInfo {
  _typeName: "VirtualMachineNetworkShaperInfo";
  enabled?: boolean;
  peakBps?: number;
  averageBps?: number;
  burstSize?: number;
}
export interface VirtualMachineProfileRawData {
  _typeName: "VirtualMachineProfileRawData";
  extensionKey: string;
  objectData?: string;
}
export interface VirtualMachineProfileSpecFields {}
export type VirtualMachineProfileSpec = ({ _typeName: "VirtualMachineProfileSpec" } & VirtualMachineProfileSpecFields) | VirtualMachineDefaultProfileSpec | VirtualMachineDefinedProfileSpec | VirtualMachineEmptyProfileSpec;
export interface VirtualMachinePropertyRelation {
  _typeName: "VirtualMachinePropertyRelation";
  key: DynamicProperty;
  relations?: DynamicProperty[];
}
export interface VirtualMachineQuestionInfo {
  _typeName: "VirtualMachineQuestionInfo";
  id: string;
  text: string;
  choice: ChoiceOption;
  message?: VirtualMachineMessage[];
}
export interface VirtualMachineQuickStats {
  _typeName: "VirtualMachineQuickStats";
  overallCpuUsage?: number;
  overallCpuDemand?: number;
  overallCpuReadiness?: number;
  guestMemoryUsage?: number;
  hostMemoryUsage?: number;
  guestHeartbeatStatus: ManagedEntityStatus;
  distributedCpuEntitlement?: number;
  distributedMemoryEntitlement?: number;
  staticCpuEntitlement?: number;
  staticMemoryEntitlement?: number;
  grantedMemory?: number;
  privateMemory?: number;
  sharedMemory?: number;
  swappedMemory?: number;
  balloonedMemory?: number;
  consumedOverheadMemory?: number;
  ftLogBandwidth?: number;
  ftSecondaryLatency?: number;
  ftLatencyStatus?: ManagedEntityStatus;
  compressedMemory?: number;
  uptimeSeconds?: number;
  ssdSwappedMemory?: number;
  activeMemory?: number;
  memoryTierStats?: VirtualMachineQuickStatsMemoryTierStats[];
}
export interface VirtualMachineQuickStatsMemoryTierStats {
  _typeName: "VirtualMachineQuickStatsMemoryTierStats";
  memoryTierType: string;
  readBandwidth: number;
}
export interface VirtualMachineRelocateSpec {
  _typeName: "VirtualMachineRelocateSpec";
  service?: ServiceLocator;
  folder?: ManagedObjectReference;
  datastore?: ManagedObjectReference;
  diskMoveType?: string;
  pool?: ManagedObjectReference;
  host?: ManagedObjectReference;
  disk?: VirtualMachineRelocateSpecDiskLocator[];
  transform?: VirtualMachineRelocateTransformation;
  deviceChange?: VirtualDeviceConfigSpec[];
  profile?: VirtualMachineProfileSpec[];
  cryptoSpec?: CryptoSpec;
  tagSpecs?: TagSpec[];
  vmPlacementPolicies?: VmPlacementPolicy[];
  skipExtensionCompatibilityChecks?: boolean;
}
export interface VirtualMachineRelocateSpecDiskLocator {
  _typeName: "VirtualMachineRelocateSpecDiskLocator";
  diskId: number;
  datastore: ManagedObjectReference;
  diskMoveType?: string;
  diskBackingInfo?: VirtualDeviceBackingInfo;
  profile?: VirtualMachineProfileSpec[];
  backing?: VirtualMachineRelocateSpecDiskLocatorBackingSpec;
  filterSpec?: VirtualMachineBaseIndependentFilterSpec[];
}
export interface VirtualMachineRelocateSpecDiskLocatorBackingSpec {
  _typeName: "VirtualMachineRelocateSpecDiskLocatorBackingSpec";
  parent?: VirtualMachineRelocateSpecDiskLocatorBackingSpec;
  crypto?: CryptoSpec;
}
export interface VirtualMachineRuntimeInfo {
  _typeName: "VirtualMachineRuntimeInfo";
  device?: VirtualMachineDeviceRuntimeInfo[];
  host?: ManagedObjectReference;
  connectionState: VirtualMachineConnectionState;
  powerState: VirtualMachinePowerState;
  vmFailoverInProgress?: boolean;
  faultToleranceState: VirtualMachineFaultToleranceState;
  dasVmProtection?: VirtualMachineRuntimeInfoDasProtectionState;
  toolsInstallerMounted: boolean;
  suspendTime?: string;
  bootTime?: string;
  suspendInterval?: number;
  question?: VirtualMachineQuestionInfo;
  memoryOverhead?: number;
  maxCpuUsage?: number;
  maxMemoryUsage?: number;
  numMksConnections: number;
  recordReplayState: VirtualMachineRecordReplayState;
  cleanPowerOff?: boolean;
  needSecondaryReason?: string;
  onlineStandby: boolean;
  minRequiredEVCModeKey?: string;
  consolidationNeeded: boolean;
  offlineFeatureRequirement?: VirtualMachineFeatureRequirement[];
  featureRequirement?: VirtualMachineFeatureRequirement[];
  featureMask?: HostFeatureMask[];
  vFlashCacheAllocation?: number;
  paused?: boolean;
  snapshotInBackground?: boolean;
  quiescedForkParent?: boolean;
  instantCloneFrozen?: boolean;
  cryptoState?: string;
  suspendedToMemory?: boolean;
  opNotificationTimeout?: number;
  iommuActive?: boolean;
}
export interface VirtualMachineRuntimeInfoDasProtectionState {
  _typeName: "VirtualMachineRuntimeInfoDasProtectionState";
  dasProtected: boolean;
}
export interface VirtualMachineSgxInfo {
  _typeName: "VirtualMachineSgxInfo";
  epcSize: number;
  flcMode?: string;
  lePubKeyHash?: string;
  requireAttestation?: boolean;
}
export interface VirtualMachineSnapshotInfo {
  _typeName: "VirtualMachineSnapshotInfo";
  currentSnapshot?: ManagedObjectReference;
  rootSnapshotList: VirtualMachineSnapshotTree[];
}
export interface VirtualMachineSnapshotTree {
  _typeName: "VirtualMachineSnapshotTree";
  snapshot: ManagedObjectReference;
  vm: ManagedObjectReference;
  name: string;
  description: string;
  id: number;
  createTime: string;
  state: VirtualMachinePowerState;
  quiesced: boolean;
  backupManifest?: string;
  childSnapshotList?: VirtualMachineSnapshotTree[];
  replaySupported?: boolean;
}
export interface VirtualMachineStorageSummary {
  _typeName: "VirtualMachineStorageSummary";
  committed: number;
  uncommitted: number;
  unshared: number;
  timestamp: string;
}
export interface VirtualMachineSummary {
  _typeName: "VirtualMachineSummary";
  vm?: ManagedObjectReference;
  runtime: VirtualMachineRuntimeInfo;
  guest?: VirtualMachineGuestSummary;
  config: VirtualMachineConfigSummary;
  storage?: VirtualMachineStorageSummary;
  quickStats: VirtualMachineQuickStats;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
}
export interface VirtualMachineTicket {
  _typeName: "VirtualMachineTicket";
  ticket: string;
  cfgFile: string;
  host?: string;
  port?: number;
  sslThumbprint?: string;
  certThumbprintList?: VirtualMachineCertThumbprint[];
  sslCertificate?: string;
  url?: string;
}
export interface VirtualMachineVMCIDevice extends VirtualDeviceFields {
  _typeName: "VirtualMachineVMCIDevice";
  id?: number;
  allowUnrestrictedCommunication?: boolean;
  filterEnable?: boolean;
  filterInfo?: VirtualMachineVMCIDeviceFilterInfo;
}
export interface VirtualMachineVMCIDeviceFilterInfo {
  _typeName: "VirtualMachineVMCIDeviceFilterInfo";
  filters?: VirtualMachineVMCIDeviceFilterSpec[];
}
export interface VirtualMachineVMCIDeviceFilterSpec {
  _typeName: "VirtualMachineVMCIDeviceFilterSpec";
  rank: number;
  action: string;
  protocol: string;
  direction: string;
  lowerDstPortBoundary?: number;
  upperDstPortBoundary?: number;
}
export interface VirtualMachineVMIROM extends VirtualDeviceFields {
  _typeName: "VirtualMachineVMIROM";
}
export interface VirtualMachineVcpuConfig {
  _typeName: "VirtualMachineVcpuConfig";
  latencySensitivity?: LatencySensitivity;
}
export interface VirtualMachineVideoCard extends VirtualDeviceFields {
  _typeName: "VirtualMachineVideoCard";
  videoRamSizeInKB?: number;
  numDisplays?: number;
  useAutoDetect?: boolean;
  enable3DSupport?: boolean;
  use3dRenderer?: string;
  graphicsMemorySizeInKB?: number;
}
export interface VirtualMachineVirtualDeviceGroups {
  _typeName: "VirtualMachineVirtualDeviceGroups";
  deviceGroup?: VirtualMachineVirtualDeviceGroupsDeviceGroup[];
}
export interface VirtualMachineVirtualDeviceGroupsDeviceGroup {
  _typeName: "VirtualMachineVirtualDeviceGroupsDeviceGroup";
  groupInstanceKey: number;
  deviceInfo?: Description;
}
export interface VirtualMachineVirtualDeviceSwap {
  _typeName: "VirtualMachineVirtualDeviceSwap";
  lsiToPvscsi?: VirtualMachineVirtualDeviceSwapDeviceSwapInfo;
}
export interface VirtualMachineVirtualDeviceSwapDeviceSwapInfo {
  _typeName: "VirtualMachineVirtualDeviceSwapDeviceSwapInfo";
  enabled?: boolean;
  applicable?: boolean;
  status?: string;
}
export interface VirtualMachineVirtualNuma {
  _typeName: "VirtualMachineVirtualNuma";
  coresPerNumaNode?: number;
  exposeVnumaOnCpuHotadd?: boolean;
}
export interface VirtualMachineVirtualNumaInfo {
  _typeName: "VirtualMachineVirtualNumaInfo";
  coresPerNumaNode?: number;
  autoCoresPerNumaNode?: boolean;
  vnumaOnCpuHotaddExposed?: boolean;
}
export interface VirtualMachineVirtualPMem {
  _typeName: "VirtualMachineVirtualPMem";
  snapshotMode?: string;
}
export interface VirtualNVDIMM extends VirtualDeviceFields {
  _typeName: "VirtualNVDIMM";
  capacityInMB: number;
  configuredCapacityInMB?: number;
}
export interface VirtualNVDIMMBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualNVDIMMBackingInfo";
  parent?: VirtualNVDIMMBackingInfo;
  changeId?: string;
}
export interface VirtualNVDIMMController extends VirtualControllerFields {
  _typeName: "VirtualNVDIMMController";
}
export interface VirtualNVMEController extends VirtualControllerFields {
  _typeName: "VirtualNVMEController";
  sharedBus?: string;
}
export interface VirtualPCIController extends VirtualControllerFields {
  _typeName: "VirtualPCIController";
}
export interface VirtualPCIPassthrough extends VirtualDeviceFields {
  _typeName: "VirtualPCIPassthrough";
}
export interface VirtualPCIPassthroughAllowedDevice {
  _typeName: "VirtualPCIPassthroughAllowedDevice";
  vendorId: number;
  deviceId: number;
  subVendorId?: number;
  subDeviceId?: number;
  revisionId?: number;
}
export interface VirtualPCIPassthroughDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualPCIPassthroughDeviceBackingInfo";
  id: string;
  deviceId: string;
  systemId: string;
  vendorId: number;
}
export interface VirtualPCIPassthroughDvxBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualPCIPassthroughDvxBackingInfo";
  deviceClass?: string;
  configParams?: OptionValue[];
}
export interface VirtualPCIPassthroughDynamicBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualPCIPassthroughDynamicBackingInfo";
  allowedDevice?: VirtualPCIPassthroughAllowedDevice[];
  customLabel?: string;
  assignedId?: string;
}
export interface VirtualPCIPassthroughPluginBackingInfoFields extends VirtualDeviceBackingInfoFields {}
export type VirtualPCIPassthroughPluginBackingInfo = ({ _typeName: "VirtualPCIPassthroughPluginBackingInfo" } & VirtualPCIPassthroughPluginBackingInfoFields) | VirtualPCIPassthroughVmiopBackingInfo;
export interface VirtualPCIPassthroughVmiopBackingInfo extends VirtualPCIPassthroughPluginBackingInfoFields {
  _typeName: "VirtualPCIPassthroughVmiopBackingInfo";
  vgpu?: string;
  vgpuMigrateDataSizeMB?: number;
  migrateSupported?: boolean;
  enhancedMigrateCapability?: boolean;
}
export interface VirtualPCNet32 extends VirtualEthernetCardFields {
  _typeName: "VirtualPCNet32";
}
export interface VirtualPS2Controller extends VirtualControllerFields {
  _typeName: "VirtualPS2Controller";
}
export interface VirtualParallelPort extends VirtualDeviceFields {
  _typeName: "VirtualParallelPort";
}
export interface VirtualParallelPortDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualParallelPortDeviceBackingInfo";
}
export interface VirtualParallelPortFileBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualParallelPortFileBackingInfo";
}
export interface VirtualPointingDevice extends VirtualDeviceFields {
  _typeName: "VirtualPointingDevice";
}
export interface VirtualPointingDeviceDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualPointingDeviceDeviceBackingInfo";
  hostPointingDevice: string;
}
export interface VirtualPrecisionClock extends VirtualDeviceFields {
  _typeName: "VirtualPrecisionClock";
}
export interface VirtualPrecisionClockSystemClockBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualPrecisionClockSystemClockBackingInfo";
  protocol?: string;
}
export interface VirtualSATAControllerFields extends VirtualControllerFields {}
export type VirtualSATAController = ({ _typeName: "VirtualSATAController" } & VirtualSATAControllerFields) | VirtualAHCIController;
export interface VirtualSCSIControllerFields extends VirtualControllerFields {
  hotAddRemove?: boolean;
  sharedBus: VirtualSCSISharing;
  scsiCtlrUnitNumber?: number;
}
export type VirtualSCSIController = ({ _typeName: "VirtualSCSIController" } & VirtualSCSIControllerFields) | ParaVirtualSCSIController | VirtualBusLogicController | VirtualLsiLogicController | VirtualLsiLogicSASController;
export interface VirtualSCSIPassthrough extends VirtualDeviceFields {
  _typeName: "VirtualSCSIPassthrough";
}
export interface VirtualSCSIPassthroughDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualSCSIPassthroughDeviceBackingInfo";
}
export interface VirtualSIOController extends VirtualControllerFields {
  _typeName: "VirtualSIOController";
}
export interface VirtualSerialPort extends VirtualDeviceFields {
  _typeName: "VirtualSerialPort";
  yieldOnPoll: boolean;
}
export interface VirtualSerialPortDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualSerialPortDeviceBackingInfo";
}
export interface VirtualSerialPortFileBackingInfo extends VirtualDeviceFileBackingInfoFields {
  _typeName: "VirtualSerialPortFileBackingInfo";
}
export interface VirtualSerialPortPipeBackingInfo extends VirtualDevicePipeBackingInfoFields {
  _typeName: "VirtualSerialPortPipeBackingInfo";
  endpoint: string;
  noRxLoss?: boolean;
}
export interface VirtualSerialPortThinPrintBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualSerialPortThinPrintBackingInfo";
}
export interface VirtualSerialPortURIBackingInfo extends VirtualDeviceURIBackingInfoFields {
  _typeName: "VirtualSerialPortURIBackingInfo";
}
export interface VirtualSoundBlaster16 extends VirtualSoundCardFields {
  _typeName: "VirtualSoundBlaster16";
}
export interface VirtualSoundCardFields extends VirtualDeviceFields {}
export type VirtualSoundCard = ({ _typeName: "VirtualSoundCard" } & VirtualSoundCardFields) | VirtualEnsoniq1371 | VirtualHdAudioCard | VirtualSoundBlaster16;
export interface VirtualSoundCardDeviceBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualSoundCardDeviceBackingInfo";
}
export interface VirtualSriovEthernetCard extends VirtualEthernetCardFields {
  _typeName: "VirtualSriovEthernetCard";
  allowGuestOSMtuChange?: boolean;
  sriovBacking?: VirtualSriovEthernetCardSriovBackingInfo;
  dvxBackingInfo?: VirtualPCIPassthroughDvxBackingInfo;
}
export interface VirtualSriovEthernetCardSriovBackingInfo extends VirtualDeviceBackingInfoFields {
  _typeName: "VirtualSriovEthernetCardSriovBackingInfo";
  physicalFunctionBacking?: VirtualPCIPassthroughDeviceBackingInfo;
  virtualFunctionBacking?: VirtualPCIPassthroughDeviceBackingInfo;
  virtualFunctionIndex?: number;
}
export interface VirtualTPM extends VirtualDeviceFields {
  _typeName: "VirtualTPM";
  endorsementKeyCertificateSigningRequest?: string[];
  endorsementKeyCertificate?: string[];
}
export interface VirtualUSB extends VirtualDeviceFields {
  _typeName: "VirtualUSB";
  connected: boolean;
  vendor?: number;
  product?: number;
  family?: string[];
  speed?: string[];
}
export interface VirtualUSBController extends VirtualControllerFields {
  _typeName: "VirtualUSBController";
  autoConnectDevices?: boolean;
  ehciEnabled?: boolean;
}
export interface VirtualUSBRemoteClientBackingInfo extends VirtualDeviceRemoteDeviceBackingInfoFields {
  _typeName: "VirtualUSBRemoteClientBackingInfo";
  hostname: string;
}
export interface VirtualUSBRemoteHostBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualUSBRemoteHostBackingInfo";
  hostname: string;
}
export interface VirtualUSBUSBBackingInfo extends VirtualDeviceDeviceBackingInfoFields {
  _typeName: "VirtualUSBUSBBackingInfo";
}
export interface VirtualUSBXHCIController extends VirtualControllerFields {
  _typeName: "VirtualUSBXHCIController";
  autoConnectDevices?: boolean;
}
export interface VirtualVmxnetFields extends VirtualEthernetCardFields {}
export type VirtualVmxnet = ({ _typeName: "VirtualVmxnet" } & VirtualVmxnetFields) | VirtualVmxnet2 | VirtualVmxnet3;
export interface VirtualVmxnet2 extends VirtualVmxnetFields {
  _typeName: "VirtualVmxnet2";
}
export interface VirtualVmxnet3Fields extends VirtualVmxnetFields {
  uptv2Enabled?: boolean;
  strictLatencyConfig?: VirtualVmxnet3StrictLatencyConfig;
}
export type VirtualVmxnet3 = ({ _typeName: "VirtualVmxnet3" } & VirtualVmxnet3Fields) | VirtualVmxnet3Vrdma;
export interface VirtualVmxnet3StrictLatencyConfig {
  _typeName: "VirtualVmxnet3StrictLatencyConfig";
  allowed?: boolean;
  measureLatency?: boolean;
  maxTxQueues?: number;
  maxRxQueues?: number;
  txDataRingDescSize?: number;
  rxDataRingDescSize?: number;
  disableOffload?: string;
}
export interface VirtualVmxnet3Vrdma extends VirtualVmxnet3Fields {
  _typeName: "VirtualVmxnet3Vrdma";
  deviceProtocol?: string;
}
export interface VirtualWDT extends VirtualDeviceFields {
  _typeName: "VirtualWDT";
  runOnBoot: boolean;
  running: boolean;
}
export interface VmConfigFaultFields extends VimFaultFields {}
export type VmConfigFault = ({ _typeName: "VmConfigFault" } & VmConfigFaultFields) | CpuHotPlugNotSupported | GenericVmConfigFault | InvalidVmConfig | MemoryHotPlugNotSupported;
export interface VmConfigInfo {
  _typeName: "VmConfigInfo";
  product?: VAppProductInfo[];
  property?: VAppPropertyInfo[];
  ipAssignment: VAppIPAssignmentInfo;
  eula?: string[];
  ovfSection?: VAppOvfSectionInfo[];
  ovfEnvironmentTransport?: string[];
  installBootRequired: boolean;
  installBootStopDelay: number;
}
export interface VmConfigSpec {
  _typeName: "VmConfigSpec";
  product?: VAppProductSpec[];
  property?: VAppPropertySpec[];
  ipAssignment?: VAppIPAssignmentInfo;
  eula?: string[];
  ovfSection?: VAppOvfSectionSpec[];
  ovfEnvironmentTransport?: string[];
  installBootRequired?: boolean;
  installBootStopDelay?: number;
}
export interface VmEventArgument extends EntityEventArgumentFields {
  _typeName: "VmEventArgument";
  vm: ManagedObjectReference;
}
export interface VmPlacementPolicy {
  _typeName: "VmPlacementPolicy";
  tagsToAttach?: string[];
}
export interface VmPodConfigForPlacement {
  _typeName: "VmPodConfigForPlacement";
  storagePod: ManagedObjectReference;
  disk?: PodDiskLocator[];
  vmConfig?: StorageDrsVmConfigInfo;
  interVmRule?: ClusterRuleInfo[];
}
export interface WaitOptions {
  _typeName: "WaitOptions";
  maxWaitSeconds?: number;
  maxObjectUpdates?: number;
}

/** Every data type by its name. */
export interface VimTypes {
  ManagedObjectReference: ManagedObjectReference;
  AboutInfo: AboutInfo;
  AlreadyExists: AlreadyExists;
  ArrayUpdateSpec: ArrayUpdateSpec;
  BoolOption: BoolOption;
  BoolPolicy: BoolPolicy;
  ChoiceOption: ChoiceOption;
  ClusterAction: ClusterAction;
  ClusterAffinityRuleSpec: ClusterAffinityRuleSpec;
  ClusterAntiAffinityRuleSpec: ClusterAntiAffinityRuleSpec;
  ClusterComputeResourceCryptoModePolicy: ClusterComputeResourceCryptoModePolicy;
  ClusterConfigInfoEx: ClusterConfigInfoEx;
  ClusterConfigSpecEx: ClusterConfigSpecEx;
  ClusterCryptoConfigInfo: ClusterCryptoConfigInfo;
  ClusterDasAdmissionControlPolicy: ClusterDasAdmissionControlPolicy;
  ClusterDasConfigInfo: ClusterDasConfigInfo;
  ClusterDasFdmHostState: ClusterDasFdmHostState;
  ClusterDasVmConfigInfo: ClusterDasVmConfigInfo;
  ClusterDasVmConfigSpec: ClusterDasVmConfigSpec;
  ClusterDasVmSettings: ClusterDasVmSettings;
  ClusterDatastoreUpdateSpec: ClusterDatastoreUpdateSpec;
  ClusterDependencyRuleInfo: ClusterDependencyRuleInfo;
  ClusterDpmConfigInfo: ClusterDpmConfigInfo;
  ClusterDpmHostConfigInfo: ClusterDpmHostConfigInfo;
  ClusterDpmHostConfigSpec: ClusterDpmHostConfigSpec;
  ClusterDrsConfigInfo: ClusterDrsConfigInfo;
  ClusterDrsFaults: ClusterDrsFaults;
  ClusterDrsFaultsFaultsByVm: ClusterDrsFaultsFaultsByVm;
  ClusterDrsVmConfigInfo: ClusterDrsVmConfigInfo;
  ClusterDrsVmConfigSpec: ClusterDrsVmConfigSpec;
  ClusterFtVmHostRuleInfo: ClusterFtVmHostRuleInfo;
  ClusterGroupInfo: ClusterGroupInfo;
  ClusterGroupSpec: ClusterGroupSpec;
  ClusterHostGroup: ClusterHostGroup;
  ClusterInfraUpdateHaConfigInfo: ClusterInfraUpdateHaConfigInfo;
  ClusterOrchestrationInfo: ClusterOrchestrationInfo;
  ClusterProactiveDrsConfigInfo: ClusterProactiveDrsConfigInfo;
  ClusterRecommendation: ClusterRecommendation;
  ClusterRuleInfo: ClusterRuleInfo;
  ClusterRuleSpec: ClusterRuleSpec;
  ClusterSystemVMsConfigInfo: ClusterSystemVMsConfigInfo;
  ClusterSystemVMsConfigSpec: ClusterSystemVMsConfigSpec;
  ClusterTagCategoryUpdateSpec: ClusterTagCategoryUpdateSpec;
  ClusterVmComponentProtectionSettings: ClusterVmComponentProtectionSettings;
  ClusterVmGroup: ClusterVmGroup;
  ClusterVmHostRuleInfo: ClusterVmHostRuleInfo;
  ClusterVmOrchestrationInfo: ClusterVmOrchestrationInfo;
  ClusterVmOrchestrationSpec: ClusterVmOrchestrationSpec;
  ClusterVmReadiness: ClusterVmReadiness;
  ClusterVmToolsMonitoringSettings: ClusterVmToolsMonitoringSettings;
  ComputeResourceConfigInfo: ComputeResourceConfigInfo;
  ComputeResourceConfigSpec: ComputeResourceConfigSpec;
  ComputeResourceEventArgument: ComputeResourceEventArgument;
  ComputeResourceHostSeedSpec: ComputeResourceHostSeedSpec;
  ComputeResourceHostSeedSpecSingleHostSpec: ComputeResourceHostSeedSpecSingleHostSpec;
  ComputeResourceSummary: ComputeResourceSummary;
  ConcurrentAccess: ConcurrentAccess;
  CpuHotPlugNotSupported: CpuHotPlugNotSupported;
  CryptoKeyId: CryptoKeyId;
  CryptoSpec: CryptoSpec;
  CustomFieldDef: CustomFieldDef;
  CustomFieldStringValue: CustomFieldStringValue;
  CustomFieldValue: CustomFieldValue;
  CustomizationAdapterMapping: CustomizationAdapterMapping;
  CustomizationCloudinitPrep: CustomizationCloudinitPrep;
  CustomizationCustomIpGenerator: CustomizationCustomIpGenerator;
  CustomizationCustomName: CustomizationCustomName;
  CustomizationDhcpIpGenerator: CustomizationDhcpIpGenerator;
  CustomizationDisableIpV4: CustomizationDisableIpV4;
  CustomizationFixedIp: CustomizationFixedIp;
  CustomizationFixedName: CustomizationFixedName;
  CustomizationGlobalIPSettings: CustomizationGlobalIPSettings;
  CustomizationGuiRunOnce: CustomizationGuiRunOnce;
  CustomizationGuiUnattended: CustomizationGuiUnattended;
  CustomizationIPSettings: CustomizationIPSettings;
  CustomizationIPSettingsIpV6AddressSpec: CustomizationIPSettingsIpV6AddressSpec;
  CustomizationIdentification: CustomizationIdentification;
  CustomizationIdentitySettings: CustomizationIdentitySettings;
  CustomizationIpGenerator: CustomizationIpGenerator;
  CustomizationIpV6Generator: CustomizationIpV6Generator;
  CustomizationLicenseFilePrintData: CustomizationLicenseFilePrintData;
  CustomizationLinuxFlexPrep: CustomizationLinuxFlexPrep;
  CustomizationLinuxPrep: CustomizationLinuxPrep;
  CustomizationName: CustomizationName;
  CustomizationOptions: CustomizationOptions;
  CustomizationPassword: CustomizationPassword;
  CustomizationPrefixName: CustomizationPrefixName;
  CustomizationSpec: CustomizationSpec;
  CustomizationSysprep: CustomizationSysprep;
  CustomizationSysprepText: CustomizationSysprepText;
  CustomizationUnknownIpGenerator: CustomizationUnknownIpGenerator;
  CustomizationUnknownName: CustomizationUnknownName;
  CustomizationUserData: CustomizationUserData;
  CustomizationVirtualMachineName: CustomizationVirtualMachineName;
  CustomizationWindowsFlexPrep: CustomizationWindowsFlexPrep;
  DVPortSetting: DVPortSetting;
  DVPortgroupConfigInfo: DVPortgroupConfigInfo;
  DVPortgroupPolicy: DVPortgroupPolicy;
  DatacenterEventArgument: DatacenterEventArgument;
  DatastoreEventArgument: DatastoreEventArgument;
  DatastoreInfo: DatastoreInfo;
  DatastoreOption: DatastoreOption;
  DatastoreSummary: DatastoreSummary;
  Description: Description;
  DesiredSoftwareSpec: DesiredSoftwareSpec;
  DesiredSoftwareSpecBaseImageSpec: DesiredSoftwareSpecBaseImageSpec;
  DesiredSoftwareSpecComponentSpec: DesiredSoftwareSpecComponentSpec;
  DesiredSoftwareSpecVendorAddOnSpec: DesiredSoftwareSpecVendorAddOnSpec;
  DeviceGroupId: DeviceGroupId;
  DistributedVirtualSwitchKeyedOpaqueBlob: DistributedVirtualSwitchKeyedOpaqueBlob;
  DistributedVirtualSwitchPortConnection: DistributedVirtualSwitchPortConnection;
  DpuStatusInfo: DpuStatusInfo;
  DpuStatusInfoOperationalInfo: DpuStatusInfoOperationalInfo;
  DuplicateName: DuplicateName;
  DvsEventArgument: DvsEventArgument;
  DvsFilterConfig: DvsFilterConfig;
  DvsFilterParameter: DvsFilterParameter;
  DvsFilterPolicy: DvsFilterPolicy;
  DynamicData: DynamicData;
  DynamicProperty: DynamicProperty;
  EVCMode: EVCMode;
  ElementDescription: ElementDescription;
  EntityEventArgument: EntityEventArgument;
  EnvironmentBrowserConfigOptionQuerySpec: EnvironmentBrowserConfigOptionQuerySpec;
  Event: Event;
  EventArgument: EventArgument;
  EventFilterSpec: EventFilterSpec;
  EventFilterSpecByEntity: EventFilterSpecByEntity;
  EventFilterSpecByTime: EventFilterSpecByTime;
  EventFilterSpecByUsername: EventFilterSpecByUsername;
  EventManagerEventViewSpec: EventManagerEventViewSpec;
  ExtendedDescription: ExtendedDescription;
  ExtendedElementDescription: ExtendedElementDescription;
  FaultDomainId: FaultDomainId;
  FaultToleranceConfigInfo: FaultToleranceConfigInfo;
  FeatureEVCMode: FeatureEVCMode;
  FileAlreadyExists: FileAlreadyExists;
  FileFault: FileFault;
  FileInfo: FileInfo;
  FileNotFound: FileNotFound;
  FileQuery: FileQuery;
  FileQueryFlags: FileQueryFlags;
  GenericVmConfigFault: GenericVmConfigFault;
  GuestDiskInfo: GuestDiskInfo;
  GuestInfo: GuestInfo;
  GuestInfoCustomizationInfo: GuestInfoCustomizationInfo;
  GuestInfoNamespaceGenerationInfo: GuestInfoNamespaceGenerationInfo;
  GuestInfoVirtualDiskMapping: GuestInfoVirtualDiskMapping;
  GuestNicInfo: GuestNicInfo;
  GuestOsDescriptor: GuestOsDescriptor;
  GuestScreenInfo: GuestScreenInfo;
  GuestStackInfo: GuestStackInfo;
  HealthSystemRuntime: HealthSystemRuntime;
  HostCommunication: HostCommunication;
  HostConnectSpec: HostConnectSpec;
  HostCpuIdInfo: HostCpuIdInfo;
  HostDatastoreBrowserSearchResults: HostDatastoreBrowserSearchResults;
  HostDatastoreBrowserSearchSpec: HostDatastoreBrowserSearchSpec;
  HostDevice: HostDevice;
  HostDigestInfo: HostDigestInfo;
  HostDiskDimensionsLba: HostDiskDimensionsLba;
  HostEventArgument: HostEventArgument;
  HostFeatureCapability: HostFeatureCapability;
  HostFeatureMask: HostFeatureMask;
  HostFeatureVersionInfo: HostFeatureVersionInfo;
  HostFru: HostFru;
  HostGatewaySpec: HostGatewaySpec;
  HostGraphicsInfo: HostGraphicsInfo;
  HostHardwareElementInfo: HostHardwareElementInfo;
  HostHardwareStatusInfo: HostHardwareStatusInfo;
  HostHardwareSummary: HostHardwareSummary;
  HostInternetScsiHbaParamValue: HostInternetScsiHbaParamValue;
  HostListSummary: HostListSummary;
  HostListSummaryGatewaySummary: HostListSummaryGatewaySummary;
  HostListSummaryQuickStats: HostListSummaryQuickStats;
  HostNetworkResourceRuntime: HostNetworkResourceRuntime;
  HostNotConnected: HostNotConnected;
  HostNumericSensorInfo: HostNumericSensorInfo;
  HostPartialMaintenanceModeRuntimeInfo: HostPartialMaintenanceModeRuntimeInfo;
  HostPciPassthruInfo: HostPciPassthruInfo;
  HostPlacedVirtualNicIdentifier: HostPlacedVirtualNicIdentifier;
  HostPnicNetworkResourceInfo: HostPnicNetworkResourceInfo;
  HostRuntimeInfo: HostRuntimeInfo;
  HostRuntimeInfoNetStackInstanceRuntimeInfo: HostRuntimeInfoNetStackInstanceRuntimeInfo;
  HostRuntimeInfoNetworkRuntimeInfo: HostRuntimeInfoNetworkRuntimeInfo;
  HostRuntimeInfoStateEncryptionInfo: HostRuntimeInfoStateEncryptionInfo;
  HostScsiDisk: HostScsiDisk;
  HostSharedGpuCapabilities: HostSharedGpuCapabilities;
  HostStorageElementInfo: HostStorageElementInfo;
  HostStorageOperationalInfo: HostStorageOperationalInfo;
  HostSystemHealthInfo: HostSystemHealthInfo;
  HostSystemIdentificationInfo: HostSystemIdentificationInfo;
  HostTpmAttestationInfo: HostTpmAttestationInfo;
  HostTpmDigestInfo: HostTpmDigestInfo;
  HostTrustAuthorityAttestationInfo: HostTrustAuthorityAttestationInfo;
  HostVFlashManagerVFlashResourceRunTimeInfo: HostVFlashManagerVFlashResourceRunTimeInfo;
  HttpNfcLeaseDatastoreLeaseInfo: HttpNfcLeaseDatastoreLeaseInfo;
  HttpNfcLeaseDeviceUrl: HttpNfcLeaseDeviceUrl;
  HttpNfcLeaseHostInfo: HttpNfcLeaseHostInfo;
  HttpNfcLeaseInfo: HttpNfcLeaseInfo;
  HttpNfcLeaseManifestEntry: HttpNfcLeaseManifestEntry;
  ID: ID;
  ImportSpec: ImportSpec;
  InheritablePolicy: InheritablePolicy;
  InsufficientCpuResourcesFault: InsufficientCpuResourcesFault;
  InsufficientHostCapacityFault: InsufficientHostCapacityFault;
  InsufficientMemoryResourcesFault: InsufficientMemoryResourcesFault;
  InsufficientResourcesFault: InsufficientResourcesFault;
  InsufficientStorageSpace: InsufficientStorageSpace;
  IntOption: IntOption;
  InvalidArgument: InvalidArgument;
  InvalidCollectorVersion: InvalidCollectorVersion;
  InvalidDatastore: InvalidDatastore;
  InvalidDatastorePath: InvalidDatastorePath;
  InvalidDeviceOperation: InvalidDeviceOperation;
  InvalidDeviceSpec: InvalidDeviceSpec;
  InvalidFolder: InvalidFolder;
  InvalidLogin: InvalidLogin;
  InvalidName: InvalidName;
  InvalidPowerState: InvalidPowerState;
  InvalidProperty: InvalidProperty;
  InvalidRequest: InvalidRequest;
  InvalidState: InvalidState;
  InvalidType: InvalidType;
  InvalidVmConfig: InvalidVmConfig;
  KeyAnyValue: KeyAnyValue;
  KeyProviderId: KeyProviderId;
  KeyValue: KeyValue;
  LatencySensitivity: LatencySensitivity;
  LicenseRestricted: LicenseRestricted;
  LocalizableMessage: LocalizableMessage;
  LocalizedMethodFault: LocalizedMethodFault;
  LongOption: LongOption;
  LongPolicy: LongPolicy;
  ManagedByInfo: ManagedByInfo;
  ManagedObjectNotFound: ManagedObjectNotFound;
  MemoryHotPlugNotSupported: MemoryHotPlugNotSupported;
  MethodDescription: MethodDescription;
  MethodDisabled: MethodDisabled;
  MethodFault: MethodFault;
  MethodNotFound: MethodNotFound;
  MissingObject: MissingObject;
  MissingProperty: MissingProperty;
  NetBIOSConfigInfo: NetBIOSConfigInfo;
  NetDhcpConfigInfo: NetDhcpConfigInfo;
  NetDhcpConfigInfoDhcpOptions: NetDhcpConfigInfoDhcpOptions;
  NetDnsConfigInfo: NetDnsConfigInfo;
  NetIpConfigInfo: NetIpConfigInfo;
  NetIpConfigInfoIpAddress: NetIpConfigInfoIpAddress;
  NetIpRouteConfigInfo: NetIpRouteConfigInfo;
  NetIpRouteConfigInfoGateway: NetIpRouteConfigInfoGateway;
  NetIpRouteConfigInfoIpRoute: NetIpRouteConfigInfoIpRoute;
  NetworkCopyFault: NetworkCopyFault;
  NetworkEventArgument: NetworkEventArgument;
  NoCompatibleHost: NoCompatibleHost;
  NoDiskSpace: NoDiskSpace;
  NoPermission: NoPermission;
  NoPermissionEntityPrivileges: NoPermissionEntityPrivileges;
  NotAuthenticated: NotAuthenticated;
  NotEnoughLicenses: NotEnoughLicenses;
  NotSupported: NotSupported;
  ObjectContent: ObjectContent;
  ObjectSpec: ObjectSpec;
  ObjectUpdate: ObjectUpdate;
  OptionDef: OptionDef;
  OptionType: OptionType;
  OptionValue: OptionValue;
  OvfConsumerOstNode: OvfConsumerOstNode;
  OvfConsumerOvfSection: OvfConsumerOvfSection;
  OvfCreateImportSpecParams: OvfCreateImportSpecParams;
  OvfCreateImportSpecResult: OvfCreateImportSpecResult;
  OvfDeploymentOption: OvfDeploymentOption;
  OvfFileItem: OvfFileItem;
  OvfManagerCommonParams: OvfManagerCommonParams;
  OvfNetworkInfo: OvfNetworkInfo;
  OvfNetworkMapping: OvfNetworkMapping;
  OvfParseDescriptorParams: OvfParseDescriptorParams;
  OvfParseDescriptorResult: OvfParseDescriptorResult;
  OvfResourceMap: OvfResourceMap;
  ParaVirtualSCSIController: ParaVirtualSCSIController;
  PlacementResult: PlacementResult;
  PlacementSpec: PlacementSpec;
  PodDiskLocator: PodDiskLocator;
  PodVMInfo: PodVMInfo;
  PodVMOverheadInfo: PodVMOverheadInfo;
  PropertyChange: PropertyChange;
  PropertyFilterSpec: PropertyFilterSpec;
  PropertyFilterUpdate: PropertyFilterUpdate;
  PropertySpec: PropertySpec;
  ReplicationConfigSpec: ReplicationConfigSpec;
  ReplicationGroupId: ReplicationGroupId;
  ReplicationInfoDiskSettings: ReplicationInfoDiskSettings;
  ReplicationSpec: ReplicationSpec;
  RequestCanceled: RequestCanceled;
  ResourceAllocationInfo: ResourceAllocationInfo;
  ResourceAllocationOption: ResourceAllocationOption;
  ResourceConfigOption: ResourceConfigOption;
  ResourceConfigSpec: ResourceConfigSpec;
  RestrictedVersion: RestrictedVersion;
  RetrieveOptions: RetrieveOptions;
  RetrieveResult: RetrieveResult;
  RuntimeFault: RuntimeFault;
  ScheduledHardwareUpgradeInfo: ScheduledHardwareUpgradeInfo;
  ScheduledTaskDetail: ScheduledTaskDetail;
  ScsiLun: ScsiLun;
  ScsiLunCapabilities: ScsiLunCapabilities;
  ScsiLunDescriptor: ScsiLunDescriptor;
  ScsiLunDurableName: ScsiLunDurableName;
  SecurityError: SecurityError;
  SelectionSpec: SelectionSpec;
  ServiceContent: ServiceContent;
  ServiceLocator: ServiceLocator;
  ServiceLocatorCredential: ServiceLocatorCredential;
  SharesInfo: SharesInfo;
  SharesOption: SharesOption;
  SnapshotFault: SnapshotFault;
  SnapshotSelectionSpec: SnapshotSelectionSpec;
  StorageDrsPodSelectionSpec: StorageDrsPodSelectionSpec;
  StorageDrsVmConfigInfo: StorageDrsVmConfigInfo;
  StorageIOAllocationInfo: StorageIOAllocationInfo;
  StoragePlacementResult: StoragePlacementResult;
  StoragePlacementSpec: StoragePlacementSpec;
  StringPolicy: StringPolicy;
  SystemError: SystemError;
  TagId: TagId;
  TagIdNameId: TagIdNameId;
  TagSpec: TagSpec;
  TaskFilterSpec: TaskFilterSpec;
  TaskFilterSpecByEntity: TaskFilterSpecByEntity;
  TaskFilterSpecByTime: TaskFilterSpecByTime;
  TaskFilterSpecByUsername: TaskFilterSpecByUsername;
  TaskInProgress: TaskInProgress;
  TaskInfo: TaskInfo;
  TaskReason: TaskReason;
  Timedout: Timedout;
  ToolsConfigInfo: ToolsConfigInfo;
  ToolsConfigInfoToolsLastInstallInfo: ToolsConfigInfoToolsLastInstallInfo;
  ToolsUnavailable: ToolsUnavailable;
  TraversalSpec: TraversalSpec;
  TypeDescription: TypeDescription;
  UpdateSet: UpdateSet;
  UserSession: UserSession;
  VAppEntityConfigInfo: VAppEntityConfigInfo;
  VAppIPAssignmentInfo: VAppIPAssignmentInfo;
  VAppOvfSectionInfo: VAppOvfSectionInfo;
  VAppOvfSectionSpec: VAppOvfSectionSpec;
  VAppProductInfo: VAppProductInfo;
  VAppProductSpec: VAppProductSpec;
  VAppPropertyInfo: VAppPropertyInfo;
  VAppPropertySpec: VAppPropertySpec;
  VimFault: VimFault;
  VirtualAHCIController: VirtualAHCIController;
  VirtualBusLogicController: VirtualBusLogicController;
  VirtualCdrom: VirtualCdrom;
  VirtualCdromAtapiBackingInfo: VirtualCdromAtapiBackingInfo;
  VirtualCdromIsoBackingInfo: VirtualCdromIsoBackingInfo;
  VirtualCdromPassthroughBackingInfo: VirtualCdromPassthroughBackingInfo;
  VirtualCdromRemoteAtapiBackingInfo: VirtualCdromRemoteAtapiBackingInfo;
  VirtualCdromRemotePassthroughBackingInfo: VirtualCdromRemotePassthroughBackingInfo;
  VirtualController: VirtualController;
  VirtualDevice: VirtualDevice;
  VirtualDeviceBackingInfo: VirtualDeviceBackingInfo;
  VirtualDeviceBackingOption: VirtualDeviceBackingOption;
  VirtualDeviceBusSlotInfo: VirtualDeviceBusSlotInfo;
  VirtualDeviceBusSlotOption: VirtualDeviceBusSlotOption;
  VirtualDeviceConfigSpec: VirtualDeviceConfigSpec;
  VirtualDeviceConfigSpecBackingSpec: VirtualDeviceConfigSpecBackingSpec;
  VirtualDeviceConnectInfo: VirtualDeviceConnectInfo;
  VirtualDeviceConnectOption: VirtualDeviceConnectOption;
  VirtualDeviceDeviceBackingInfo: VirtualDeviceDeviceBackingInfo;
  VirtualDeviceDeviceGroupInfo: VirtualDeviceDeviceGroupInfo;
  VirtualDeviceFileBackingInfo: VirtualDeviceFileBackingInfo;
  VirtualDeviceOption: VirtualDeviceOption;
  VirtualDevicePciBusSlotInfo: VirtualDevicePciBusSlotInfo;
  VirtualDevicePipeBackingInfo: VirtualDevicePipeBackingInfo;
  VirtualDeviceRemoteDeviceBackingInfo: VirtualDeviceRemoteDeviceBackingInfo;
  VirtualDeviceURIBackingInfo: VirtualDeviceURIBackingInfo;
  VirtualDisk: VirtualDisk;
  VirtualDiskAntiAffinityRuleSpec: VirtualDiskAntiAffinityRuleSpec;
  VirtualDiskFlatVer1BackingInfo: VirtualDiskFlatVer1BackingInfo;
  VirtualDiskFlatVer2BackingInfo: VirtualDiskFlatVer2BackingInfo;
  VirtualDiskLocalPMemBackingInfo: VirtualDiskLocalPMemBackingInfo;
  VirtualDiskPartitionedRawDiskVer2BackingInfo: VirtualDiskPartitionedRawDiskVer2BackingInfo;
  VirtualDiskRawDiskMappingVer1BackingInfo: VirtualDiskRawDiskMappingVer1BackingInfo;
  VirtualDiskRawDiskVer2BackingInfo: VirtualDiskRawDiskVer2BackingInfo;
  VirtualDiskRuleSpec: VirtualDiskRuleSpec;
  VirtualDiskSeSparseBackingInfo: VirtualDiskSeSparseBackingInfo;
  VirtualDiskSparseVer1BackingInfo: VirtualDiskSparseVer1BackingInfo;
  VirtualDiskSparseVer2BackingInfo: VirtualDiskSparseVer2BackingInfo;
  VirtualDiskSpec: VirtualDiskSpec;
  VirtualDiskVFlashCacheConfigInfo: VirtualDiskVFlashCacheConfigInfo;
  VirtualE1000: VirtualE1000;
  VirtualE1000e: VirtualE1000e;
  VirtualEnsoniq1371: VirtualEnsoniq1371;
  VirtualEthernetCard: VirtualEthernetCard;
  VirtualEthernetCardDistributedVirtualPortBackingInfo: VirtualEthernetCardDistributedVirtualPortBackingInfo;
  VirtualEthernetCardLegacyNetworkBackingInfo: VirtualEthernetCardLegacyNetworkBackingInfo;
  VirtualEthernetCardNetworkBackingInfo: VirtualEthernetCardNetworkBackingInfo;
  VirtualEthernetCardOpaqueNetworkBackingInfo: VirtualEthernetCardOpaqueNetworkBackingInfo;
  VirtualEthernetCardResourceAllocation: VirtualEthernetCardResourceAllocation;
  VirtualFloppy: VirtualFloppy;
  VirtualFloppyDeviceBackingInfo: VirtualFloppyDeviceBackingInfo;
  VirtualFloppyImageBackingInfo: VirtualFloppyImageBackingInfo;
  VirtualFloppyRemoteDeviceBackingInfo: VirtualFloppyRemoteDeviceBackingInfo;
  VirtualHardware: VirtualHardware;
  VirtualHardwareOption: VirtualHardwareOption;
  VirtualHdAudioCard: VirtualHdAudioCard;
  VirtualIDEController: VirtualIDEController;
  VirtualKeyboard: VirtualKeyboard;
  VirtualLsiLogicController: VirtualLsiLogicController;
  VirtualLsiLogicSASController: VirtualLsiLogicSASController;
  VirtualMachineAffinityInfo: VirtualMachineAffinityInfo;
  VirtualMachineBaseIndependentFilterSpec: VirtualMachineBaseIndependentFilterSpec;
  VirtualMachineBootOptions: VirtualMachineBootOptions;
  VirtualMachineBootOptionsBootableCdromDevice: VirtualMachineBootOptionsBootableCdromDevice;
  VirtualMachineBootOptionsBootableDevice: VirtualMachineBootOptionsBootableDevice;
  VirtualMachineBootOptionsBootableDiskDevice: VirtualMachineBootOptionsBootableDiskDevice;
  VirtualMachineBootOptionsBootableEthernetDevice: VirtualMachineBootOptionsBootableEthernetDevice;
  VirtualMachineBootOptionsBootableFloppyDevice: VirtualMachineBootOptionsBootableFloppyDevice;
  VirtualMachineCapability: VirtualMachineCapability;
  VirtualMachineCertThumbprint: VirtualMachineCertThumbprint;
  VirtualMachineCloneSpec: VirtualMachineCloneSpec;
  VirtualMachineConfigInfo: VirtualMachineConfigInfo;
  VirtualMachineConfigInfoDatastoreUrlPair: VirtualMachineConfigInfoDatastoreUrlPair;
  VirtualMachineConfigInfoOverheadInfo: VirtualMachineConfigInfoOverheadInfo;
  VirtualMachineConfigOption: VirtualMachineConfigOption;
  VirtualMachineConfigSpec: VirtualMachineConfigSpec;
  VirtualMachineConfigSummary: VirtualMachineConfigSummary;
  VirtualMachineConsolePreferences: VirtualMachineConsolePreferences;
  VirtualMachineContentLibraryItemInfo: VirtualMachineContentLibraryItemInfo;
  VirtualMachineCpuIdInfoSpec: VirtualMachineCpuIdInfoSpec;
  VirtualMachineDatastoreVolumeOption: VirtualMachineDatastoreVolumeOption;
  VirtualMachineDefaultPowerOpInfo: VirtualMachineDefaultPowerOpInfo;
  VirtualMachineDefaultProfileSpec: VirtualMachineDefaultProfileSpec;
  VirtualMachineDefinedProfileSpec: VirtualMachineDefinedProfileSpec;
  VirtualMachineDeviceRuntimeInfo: VirtualMachineDeviceRuntimeInfo;
  VirtualMachineDeviceRuntimeInfoDeviceRuntimeState: VirtualMachineDeviceRuntimeInfoDeviceRuntimeState;
  VirtualMachineEmptyProfileSpec: VirtualMachineEmptyProfileSpec;
  VirtualMachineFeatureRequirement: VirtualMachineFeatureRequirement;
  VirtualMachineFileInfo: VirtualMachineFileInfo;
  VirtualMachineFileLayoutEx: VirtualMachineFileLayoutEx;
  VirtualMachineFileLayoutExDiskLayout: VirtualMachineFileLayoutExDiskLayout;
  VirtualMachineFileLayoutExDiskUnit: VirtualMachineFileLayoutExDiskUnit;
  VirtualMachineFileLayoutExFileInfo: VirtualMachineFileLayoutExFileInfo;
  VirtualMachineFileLayoutExSnapshotLayout: VirtualMachineFileLayoutExSnapshotLayout;
  VirtualMachineFlagInfo: VirtualMachineFlagInfo;
  VirtualMachineForkConfigInfo: VirtualMachineForkConfigInfo;
  VirtualMachineGuestIntegrityInfo: VirtualMachineGuestIntegrityInfo;
  VirtualMachineGuestMonitoringModeInfo: VirtualMachineGuestMonitoringModeInfo;
  VirtualMachineGuestQuiesceSpec: VirtualMachineGuestQuiesceSpec;
  VirtualMachineGuestSummary: VirtualMachineGuestSummary;
  VirtualMachineImportSpec: VirtualMachineImportSpec;
  VirtualMachineInstantCloneSpec: VirtualMachineInstantCloneSpec;
  VirtualMachineMessage: VirtualMachineMessage;
  VirtualMachineMksTicket: VirtualMachineMksTicket;
  VirtualMachineNetworkShaperInfo: VirtualMachineNetworkShaperInfo;
  VirtualMachineProfileRawData: VirtualMachineProfileRawData;
  VirtualMachineProfileSpec: VirtualMachineProfileSpec;
  VirtualMachinePropertyRelation: VirtualMachinePropertyRelation;
  VirtualMachineQuestionInfo: VirtualMachineQuestionInfo;
  VirtualMachineQuickStats: VirtualMachineQuickStats;
  VirtualMachineQuickStatsMemoryTierStats: VirtualMachineQuickStatsMemoryTierStats;
  VirtualMachineRelocateSpec: VirtualMachineRelocateSpec;
  VirtualMachineRelocateSpecDiskLocator: VirtualMachineRelocateSpecDiskLocator;
  VirtualMachineRelocateSpecDiskLocatorBackingSpec: VirtualMachineRelocateSpecDiskLocatorBackingSpec;
  VirtualMachineRuntimeInfo: VirtualMachineRuntimeInfo;
  VirtualMachineRuntimeInfoDasProtectionState: VirtualMachineRuntimeInfoDasProtectionState;
  VirtualMachineSgxInfo: VirtualMachineSgxInfo;
  VirtualMachineSnapshotInfo: VirtualMachineSnapshotInfo;
  VirtualMachineSnapshotTree: VirtualMachineSnapshotTree;
  VirtualMachineStorageSummary: VirtualMachineStorageSummary;
  VirtualMachineSummary: VirtualMachineSummary;
  VirtualMachineTicket: VirtualMachineTicket;
  VirtualMachineVMCIDevice: VirtualMachineVMCIDevice;
  VirtualMachineVMCIDeviceFilterInfo: VirtualMachineVMCIDeviceFilterInfo;
  VirtualMachineVMCIDeviceFilterSpec: VirtualMachineVMCIDeviceFilterSpec;
  VirtualMachineVMIROM: VirtualMachineVMIROM;
  VirtualMachineVcpuConfig: VirtualMachineVcpuConfig;
  VirtualMachineVideoCard: VirtualMachineVideoCard;
  VirtualMachineVirtualDeviceGroups: VirtualMachineVirtualDeviceGroups;
  VirtualMachineVirtualDeviceGroupsDeviceGroup: VirtualMachineVirtualDeviceGroupsDeviceGroup;
  VirtualMachineVirtualDeviceSwap: VirtualMachineVirtualDeviceSwap;
  VirtualMachineVirtualDeviceSwapDeviceSwapInfo: VirtualMachineVirtualDeviceSwapDeviceSwapInfo;
  VirtualMachineVirtualNuma: VirtualMachineVirtualNuma;
  VirtualMachineVirtualNumaInfo: VirtualMachineVirtualNumaInfo;
  VirtualMachineVirtualPMem: VirtualMachineVirtualPMem;
  VirtualNVDIMM: VirtualNVDIMM;
  VirtualNVDIMMBackingInfo: VirtualNVDIMMBackingInfo;
  VirtualNVDIMMController: VirtualNVDIMMController;
  VirtualNVMEController: VirtualNVMEController;
  VirtualPCIController: VirtualPCIController;
  VirtualPCIPassthrough: VirtualPCIPassthrough;
  VirtualPCIPassthroughAllowedDevice: VirtualPCIPassthroughAllowedDevice;
  VirtualPCIPassthroughDeviceBackingInfo: VirtualPCIPassthroughDeviceBackingInfo;
  VirtualPCIPassthroughDvxBackingInfo: VirtualPCIPassthroughDvxBackingInfo;
  VirtualPCIPassthroughDynamicBackingInfo: VirtualPCIPassthroughDynamicBackingInfo;
  VirtualPCIPassthroughPluginBackingInfo: VirtualPCIPassthroughPluginBackingInfo;
  VirtualPCIPassthroughVmiopBackingInfo: VirtualPCIPassthroughVmiopBackingInfo;
  VirtualPCNet32: VirtualPCNet32;
  VirtualPS2Controller: VirtualPS2Controller;
  VirtualParallelPort: VirtualParallelPort;
  VirtualParallelPortDeviceBackingInfo: VirtualParallelPortDeviceBackingInfo;
  VirtualParallelPortFileBackingInfo: VirtualParallelPortFileBackingInfo;
  VirtualPointingDevice: VirtualPointingDevice;
  VirtualPointingDeviceDeviceBackingInfo: VirtualPointingDeviceDeviceBackingInfo;
  VirtualPrecisionClock: VirtualPrecisionClock;
  VirtualPrecisionClockSystemClockBackingInfo: VirtualPrecisionClockSystemClockBackingInfo;
  VirtualSATAController: VirtualSATAController;
  VirtualSCSIController: VirtualSCSIController;
  VirtualSCSIPassthrough: VirtualSCSIPassthrough;
  VirtualSCSIPassthroughDeviceBackingInfo: VirtualSCSIPassthroughDeviceBackingInfo;
  VirtualSIOController: VirtualSIOController;
  VirtualSerialPort: VirtualSerialPort;
  VirtualSerialPortDeviceBackingInfo: VirtualSerialPortDeviceBackingInfo;
  VirtualSerialPortFileBackingInfo: VirtualSerialPortFileBackingInfo;
  VirtualSerialPortPipeBackingInfo: VirtualSerialPortPipeBackingInfo;
  VirtualSerialPortThinPrintBackingInfo: VirtualSerialPortThinPrintBackingInfo;
  VirtualSerialPortURIBackingInfo: VirtualSerialPortURIBackingInfo;
  VirtualSoundBlaster16: VirtualSoundBlaster16;
  VirtualSoundCard: VirtualSoundCard;
  VirtualSoundCardDeviceBackingInfo: VirtualSoundCardDeviceBackingInfo;
  VirtualSriovEthernetCard: VirtualSriovEthernetCard;
  VirtualSriovEthernetCardSriovBackingInfo: VirtualSriovEthernetCardSriovBackingInfo;
  VirtualTPM: VirtualTPM;
  VirtualUSB: VirtualUSB;
  VirtualUSBController: VirtualUSBController;
  VirtualUSBRemoteClientBackingInfo: VirtualUSBRemoteClientBackingInfo;
  VirtualUSBRemoteHostBackingInfo: VirtualUSBRemoteHostBackingInfo;
  VirtualUSBUSBBackingInfo: VirtualUSBUSBBackingInfo;
  VirtualUSBXHCIController: VirtualUSBXHCIController;
  VirtualVmxnet: VirtualVmxnet;
  VirtualVmxnet2: VirtualVmxnet2;
  VirtualVmxnet3: VirtualVmxnet3;
  VirtualVmxnet3StrictLatencyConfig: VirtualVmxnet3StrictLatencyConfig;
  VirtualVmxnet3Vrdma: VirtualVmxnet3Vrdma;
  VirtualWDT: VirtualWDT;
  VmConfigFault: VmConfigFault;
  VmConfigInfo: VmConfigInfo;
  VmConfigSpec: VmConfigSpec;
  VmEventArgument: VmEventArgument;
  VmPlacementPolicy: VmPlacementPolicy;
  VmPodConfigForPlacement: VmPodConfigForPlacement;
  WaitOptions: WaitOptions;
  ArrayUpdateOperation: ArrayUpdateOperation;
  CustomizationLicenseDataMode: CustomizationLicenseDataMode;
  CustomizationNetBIOSMode: CustomizationNetBIOSMode;
  DasVmPriority: DasVmPriority;
  DpmBehavior: DpmBehavior;
  DrsBehavior: DrsBehavior;
  EventFilterSpecRecursionOption: EventFilterSpecRecursionOption;
  HostLockdownMode: HostLockdownMode;
  HostSystemConnectionState: HostSystemConnectionState;
  HostSystemPowerState: HostSystemPowerState;
  HostTpmAttestationInfoAcceptanceStatus: HostTpmAttestationInfoAcceptanceStatus;
  HttpNfcLeaseState: HttpNfcLeaseState;
  LatencySensitivitySensitivityLevel: LatencySensitivitySensitivityLevel;
  ManagedEntityStatus: ManagedEntityStatus;
  ObjectUpdateKind: ObjectUpdateKind;
  PropertyChangeOp: PropertyChangeOp;
  SharesLevel: SharesLevel;
  TaskFilterSpecRecursionOption: TaskFilterSpecRecursionOption;
  TaskFilterSpecTimeOption: TaskFilterSpecTimeOption;
  TaskInfoState: TaskInfoState;
  VirtualDeviceConfigSpecFileOperation: VirtualDeviceConfigSpecFileOperation;
  VirtualDeviceConfigSpecOperation: VirtualDeviceConfigSpecOperation;
  VirtualMachineConnectionState: VirtualMachineConnectionState;
  VirtualMachineFaultToleranceState: VirtualMachineFaultToleranceState;
  VirtualMachineMovePriority: VirtualMachineMovePriority;
  VirtualMachinePowerState: VirtualMachinePowerState;
  VirtualMachineRecordReplayState: VirtualMachineRecordReplayState;
  VirtualMachineRelocateTransformation: VirtualMachineRelocateTransformation;
  VirtualMachineToolsStatus: VirtualMachineToolsStatus;
  VirtualSCSISharing: VirtualSCSISharing;
}

/** What a method takes and answers. */
export interface VimMethods {
  AcquireMksTicket: { params: {  }; result: VirtualMachineMksTicket };
  AcquireTicket: { params: { ticketType: string; }; result: VirtualMachineTicket };
  AddCustomFieldDef: { params: { name: string; moType?: string; }; result: CustomFieldDef };
  ApplyStorageDrsRecommendation_Task: { params: { key: string[]; }; result: ManagedObjectReference };
  CancelRetrievePropertiesEx: { params: { token: string; }; result: undefined };
  CancelTask: { params: {  }; result: undefined };
  CancelWaitForUpdates: { params: {  }; result: undefined };
  CloneVM_Task: { params: { folder: ManagedObjectReference; name: string; spec: VirtualMachineCloneSpec; }; result: ManagedObjectReference };
  ConsolidateVMDisks_Task: { params: {  }; result: ManagedObjectReference };
  ContinueRetrievePropertiesEx: { params: { token: string; }; result: RetrieveResult };
  CopyVirtualDisk_Task: { params: { sourceName: string; sourceDatacenter?: ManagedObjectReference; destName: string; destDatacenter?: ManagedObjectReference; destSpec?: VirtualDiskSpec; force?: boolean; }; result: ManagedObjectReference };
  CreateCollectorForEvents: { params: { filter: EventFilterSpec; }; result: ManagedObjectReference };
  CreateCollectorForTasks: { params: { filter: TaskFilterSpec; }; result: ManagedObjectReference };
  CreateContainerView: { params: { container: ManagedObjectReference; type?: string[]; recursive: boolean; }; result: ManagedObjectReference };
  CreateFilter: { params: { spec: PropertyFilterSpec; partialUpdates: boolean; }; result: ManagedObjectReference };
  CreateFolder: { params: { name: string; }; result: ManagedObjectReference };
  CreateImportSpec: { params: { ovfDescriptor: string; resourcePool: ManagedObjectReference; datastore: ManagedObjectReference; cisp: OvfCreateImportSpecParams; }; result: OvfCreateImportSpecResult };
  CreatePropertyCollector: { params: {  }; result: ManagedObjectReference };
  CreateSnapshotEx_Task: { params: { name: string; description?: string; memory: boolean; quiesceSpec?: VirtualMachineGuestQuiesceSpec; }; result: ManagedObjectReference };
  CreateSnapshot_Task: { params: { name: string; description?: string; memory: boolean; quiesce: boolean; }; result: ManagedObjectReference };
  CreateVM_Task: { params: { config: VirtualMachineConfigSpec; pool: ManagedObjectReference; host?: ManagedObjectReference; }; result: ManagedObjectReference };
  CreateVirtualDisk_Task: { params: { name: string; datacenter?: ManagedObjectReference; spec: VirtualDiskSpec; }; result: ManagedObjectReference };
  CurrentTime: { params: {  }; result: string };
  CustomizeVM_Task: { params: { spec: CustomizationSpec; }; result: ManagedObjectReference };
  DeleteDatastoreFile_Task: { params: { name: string; datacenter?: ManagedObjectReference; }; result: ManagedObjectReference };
  DeleteVirtualDisk_Task: { params: { name: string; datacenter?: ManagedObjectReference; }; result: ManagedObjectReference };
  DestroyCollector: { params: {  }; result: undefined };
  DestroyPropertyCollector: { params: {  }; result: undefined };
  DestroyPropertyFilter: { params: {  }; result: undefined };
  DestroyView: { params: {  }; result: undefined };
  Destroy_Task: { params: {  }; result: ManagedObjectReference };
  ExportSnapshot: { params: {  }; result: ManagedObjectReference };
  ExportVm: { params: {  }; result: ManagedObjectReference };
  ExtendVirtualDisk_Task: { params: { name: string; datacenter?: ManagedObjectReference; newCapacityKb: number; eagerZero?: boolean; }; result: ManagedObjectReference };
  FindAllByUuid: { params: { datacenter?: ManagedObjectReference; uuid: string; vmSearch: boolean; instanceUuid?: boolean; }; result: ManagedObjectReference[] };
  FindByInventoryPath: { params: { inventoryPath: string; }; result: ManagedObjectReference | undefined };
  FindByUuid: { params: { datacenter?: ManagedObjectReference; uuid: string; vmSearch: boolean; instanceUuid?: boolean; }; result: ManagedObjectReference | undefined };
  FindChild: { params: { entity: ManagedObjectReference; name: string; }; result: ManagedObjectReference | undefined };
  HttpNfcLeaseAbort: { params: { fault?: LocalizedMethodFault; }; result: undefined };
  HttpNfcLeaseComplete: { params: {  }; result: undefined };
  HttpNfcLeaseGetManifest: { params: {  }; result: HttpNfcLeaseManifestEntry[] };
  HttpNfcLeaseProgress: { params: { percent: number; }; result: undefined };
  ImportVApp: { params: { spec: ImportSpec; folder?: ManagedObjectReference; host?: ManagedObjectReference; }; result: ManagedObjectReference };
  InstantClone_Task: { params: { spec: VirtualMachineInstantCloneSpec; }; result: ManagedObjectReference };
  Login: { params: { userName: string; password: string; locale?: string; }; result: UserSession };
  Logout: { params: {  }; result: undefined };
  MakeDirectory: { params: { name: string; datacenter?: ManagedObjectReference; createParentDirectories?: boolean; }; result: undefined };
  MarkAsTemplate: { params: {  }; result: undefined };
  MarkAsVirtualMachine: { params: { pool: ManagedObjectReference; host?: ManagedObjectReference; }; result: undefined };
  MoveIntoFolder_Task: { params: { list: ManagedObjectReference[]; }; result: ManagedObjectReference };
  ParseDescriptor: { params: { ovfDescriptor: string; pdp: OvfParseDescriptorParams; }; result: OvfParseDescriptorResult };
  PlaceVm: { params: { placementSpec: PlacementSpec; }; result: PlacementResult };
  PowerOffVM_Task: { params: {  }; result: ManagedObjectReference };
  PowerOnVM_Task: { params: { host?: ManagedObjectReference; }; result: ManagedObjectReference };
  PromoteDisks_Task: { params: { unlink: boolean; disks?: VirtualDisk[]; }; result: ManagedObjectReference };
  QueryConfigOptionEx: { params: { spec?: EnvironmentBrowserConfigOptionQuerySpec; }; result: VirtualMachineConfigOption | undefined };
  QueryEvents: { params: { filter: EventFilterSpec; eventViewSpec?: EventManagerEventViewSpec; }; result: Event[] };
  QueryOptions: { params: { name?: string; }; result: OptionValue[] };
  ReadNextEvents: { params: { maxCount: number; }; result: Event[] };
  ReadNextTasks: { params: { maxCount: number; }; result: TaskInfo[] };
  RebootGuest: { params: {  }; result: undefined };
  RecommendDatastores: { params: { storageSpec: StoragePlacementSpec; }; result: StoragePlacementResult };
  ReconfigVM_Task: { params: { spec: VirtualMachineConfigSpec; }; result: ManagedObjectReference };
  ReconfigureComputeResource_Task: { params: { spec: ComputeResourceConfigSpec; modify: boolean; }; result: ManagedObjectReference };
  RegisterVM_Task: { params: { path: string; name?: string; asTemplate: boolean; pool?: ManagedObjectReference; host?: ManagedObjectReference; }; result: ManagedObjectReference };
  RelocateVM_Task: { params: { spec: VirtualMachineRelocateSpec; priority?: VirtualMachineMovePriority; }; result: ManagedObjectReference };
  RemoveAllSnapshots_Task: { params: { consolidate?: boolean; spec?: SnapshotSelectionSpec; }; result: ManagedObjectReference };
  RemoveSnapshot_Task: { params: { removeChildren: boolean; consolidate?: boolean; }; result: ManagedObjectReference };
  RenameSnapshot: { params: { name?: string; description?: string; }; result: undefined };
  Rename_Task: { params: { newName: string; }; result: ManagedObjectReference };
  ResetVM_Task: { params: {  }; result: ManagedObjectReference };
  RetrievePropertiesEx: { params: { specSet: PropertyFilterSpec[]; options: RetrieveOptions; }; result: RetrieveResult | undefined };
  RetrieveServiceContent: { params: {  }; result: ServiceContent };
  RevertToCurrentSnapshot_Task: { params: { host?: ManagedObjectReference; suppressPowerOn?: boolean; }; result: ManagedObjectReference };
  RevertToSnapshot_Task: { params: { host?: ManagedObjectReference; suppressPowerOn?: boolean; }; result: ManagedObjectReference };
  SearchDatastore_Task: { params: { datastorePath: string; searchSpec?: HostDatastoreBrowserSearchSpec; }; result: ManagedObjectReference };
  SessionIsActive: { params: { sessionID: string; userName: string; }; result: boolean };
  SetField: { params: { entity: ManagedObjectReference; key: number; value: string; }; result: undefined };
  ShutdownGuest: { params: {  }; result: undefined };
  StandbyGuest: { params: {  }; result: undefined };
  SuspendVM_Task: { params: {  }; result: ManagedObjectReference };
  TerminateSession: { params: { sessionId: string[]; }; result: undefined };
  UnregisterVM: { params: {  }; result: undefined };
  UpdateOptions: { params: { changedValue: OptionValue[]; }; result: undefined };
  UpgradeVM_Task: { params: { version?: string; }; result: ManagedObjectReference };
  WaitForUpdatesEx: { params: { version?: string; options?: WaitOptions; }; result: UpdateSet | undefined };
}

/** What a property collector reads of managed objects. */
export interface VimObjects {
  ClusterComputeResource: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  resourcePool?: ManagedObjectReference;
  host: ManagedObjectReference[];
  datastore: ManagedObjectReference[];
  network: ManagedObjectReference[];
  summary: ComputeResourceSummary;
  environmentBrowser?: ManagedObjectReference;
  configurationEx: ClusterConfigInfoEx;
  };
  ComputeResource: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  resourcePool?: ManagedObjectReference;
  host: ManagedObjectReference[];
  datastore: ManagedObjectReference[];
  network: ManagedObjectReference[];
  summary: ComputeResourceSummary;
  environmentBrowser?: ManagedObjectReference;
  configurationEx: ComputeResourceConfigInfo;
  };
  ContainerView: {
  container: ManagedObjectReference;
  type?: string[];
  recursive: boolean;
  view?: ManagedObjectReference[];
  };
  CustomFieldsManager: {
  field?: CustomFieldDef[];
  };
  Datacenter: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  vmFolder: ManagedObjectReference;
  hostFolder: ManagedObjectReference;
  datastoreFolder: ManagedObjectReference;
  networkFolder: ManagedObjectReference;
  datastore: ManagedObjectReference[];
  network: ManagedObjectReference[];
  };
  Datastore: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  info: DatastoreInfo;
  summary: DatastoreSummary;
  vm: ManagedObjectReference[];
  browser: ManagedObjectReference;
  };
  DistributedVirtualPortgroup: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  host: ManagedObjectReference[];
  vm: ManagedObjectReference[];
  key: string;
  config: DVPortgroupConfigInfo;
  };
  DistributedVirtualSwitch: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  uuid: string;
  portgroup: ManagedObjectReference[];
  };
  Folder: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  childType: string[];
  childEntity: ManagedObjectReference[];
  };
  HostSystem: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  runtime: HostRuntimeInfo;
  summary: HostListSummary;
  vm: ManagedObjectReference[];
  datastore: ManagedObjectReference[];
  network: ManagedObjectReference[];
  };
  HttpNfcLease: {
  initializeProgress: number;
  transferProgress: number;
  info?: HttpNfcLeaseInfo;
  state: HttpNfcLeaseState;
  error?: LocalizedMethodFault;
  };
  ManagedEntity: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  };
  Network: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  host: ManagedObjectReference[];
  vm: ManagedObjectReference[];
  };
  ResourcePool: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  owner: ManagedObjectReference;
  vm: ManagedObjectReference[];
  resourcePool: ManagedObjectReference[];
  };
  ServiceInstance: {
  content: ServiceContent;
  serverClock: string;
  };
  SessionManager: {
  currentSession?: UserSession;
  sessionList?: UserSession[];
  };
  StoragePod: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  childType: string[];
  childEntity: ManagedObjectReference[];
  };
  Task: {
  info: TaskInfo;
  };
  VirtualMachine: {
  name: string;
  parent?: ManagedObjectReference;
  overallStatus: ManagedEntityStatus;
  customValue?: CustomFieldValue[];
  capability: VirtualMachineCapability;
  config?: VirtualMachineConfigInfo;
  layoutEx?: VirtualMachineFileLayoutEx;
  environmentBrowser: ManagedObjectReference;
  resourcePool?: ManagedObjectReference;
  runtime: VirtualMachineRuntimeInfo;
  guest?: GuestInfo;
  summary: VirtualMachineSummary;
  datastore: ManagedObjectReference[];
  network: ManagedObjectReference[];
  snapshot?: VirtualMachineSnapshotInfo;
  rootSnapshot: ManagedObjectReference[];
  };
  VirtualMachineSnapshot: {
  config: VirtualMachineConfigInfo;
  childSnapshot: ManagedObjectReference[];
  vm: ManagedObjectReference;
  };
}
