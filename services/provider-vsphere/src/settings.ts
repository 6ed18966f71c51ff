/** Where machines go whose spec doesn't say. All but the datacenter are optional in the spec as well. */
export interface Defaults {
  datacenter: string;
  cluster: string;
  resourcePool: string;
  folder: string;
  datastore: string;
  network: string;
}
