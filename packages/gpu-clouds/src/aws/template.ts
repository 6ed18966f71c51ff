import type { _InstanceType, RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { Launch } from "../cloud";
import { CloudError, invalid, isNotFound } from "../error";
import { cloudInit } from "../user-data";
import { nameOf, sdkTags } from "./order";
import type { Session } from "./session";

export interface TemplateSettings {
  securityGroups: readonly string[];
  keyName?: string | undefined;
  instanceProfile?: string | undefined;
  /** An AMI, or the path of an SSM parameter that holds one. */
  image: string;
}

/** Launch templates: one for each machine, with everything that its handler does not decide. */
export function createTemplates(session: Session, settings: TemplateSettings) {
  async function ami(image: string, signal: AbortSignal): Promise<string> {
    const wanted = (image || settings.image).replace(/^resolve:ssm:/, "");
    if (/^ami-[0-9a-z]+$/.test(wanted)) return wanted;
    if (!wanted.startsWith("/")) throw invalid("spec.image", `aws: "${wanted}" is neither an AMI's id nor the path of an SSM parameter`);
    const { Parameter } = await session.read(
      "GetParameter",
      ({ ssm }, abortSignal) => ssm.getParameter({ Name: wanted }, { abortSignal }),
      signal,
    );
    if (!Parameter?.Value) throw invalid("spec.image", `aws: the SSM parameter ${wanted} holds no AMI`);
    return Parameter.Value;
  }

  /** A disk of another size than the image's is named by the image's root device. */
  async function rootDisk(imageId: string, diskGib: number, signal: AbortSignal) {
    const { Images } = await session.read(
      "DescribeImages",
      ({ ec2 }, abortSignal) => ec2.describeImages({ ImageIds: [imageId] }, { abortSignal }),
      signal,
    );
    const DeviceName = Images?.[0]?.RootDeviceName ?? "/dev/sda1";
    return [{ DeviceName, Ebs: { VolumeSize: diskGib, VolumeType: "gp3" as const, DeleteOnTermination: true } }];
  }

  return {
    /** Makes it, or takes the one that is there already: it is of the same machine. Answers its name. */
    async ensure(launch: Omit<Launch, "offer">, instanceType: string, handler: string, signal: AbortSignal): Promise<string> {
      const { mark, image, diskGib, ...guest } = launch;
      const name = nameOf(mark);
      const ImageId = await ami(image, signal);
      const userData = cloudInit(guest);
      const Tags = [...sdkTags(mark), { Key: "remuda-handler", Value: handler }, { Key: "Name", Value: mark.name }];
      const data: RequestLaunchTemplateData = {
        ImageId,
        InstanceType: instanceType as _InstanceType, // The API knows more types than the SDK's list.
        ...(userData === "" ? {} : { UserData: Buffer.from(userData).toString("base64") }),
        ...(settings.keyName ? { KeyName: settings.keyName } : {}),
        ...(settings.securityGroups.length > 0 ? { SecurityGroupIds: [...settings.securityGroups] } : {}),
        ...(settings.instanceProfile ? { IamInstanceProfile: { Name: settings.instanceProfile } } : {}),
        ...(diskGib > 0 ? { BlockDeviceMappings: await rootDisk(ImageId, diskGib, signal) } : {}),
        MetadataOptions: { HttpTokens: "required" },
        TagSpecifications: [
          { ResourceType: "instance", Tags },
          { ResourceType: "volume", Tags },
        ],
      };
      await session
        .make(
          "CreateLaunchTemplate",
          ({ ec2 }, abortSignal) => ec2.createLaunchTemplate({ LaunchTemplateName: name, LaunchTemplateData: data }, { abortSignal }),
          signal,
        )
        .catch((error: unknown) => {
          if (!(error instanceof CloudError) || error.reason !== "CONFLICT") throw error;
        });
      return name;
    },

    async remove(uid: string, signal: AbortSignal): Promise<void> {
      try {
        await session.read(
          "DeleteLaunchTemplate",
          ({ ec2 }, abortSignal) => ec2.deleteLaunchTemplate({ LaunchTemplateName: `remuda-${uid}` }, { abortSignal }),
          signal,
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}
