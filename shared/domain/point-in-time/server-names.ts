import { Failure } from '../failure';

const AZURE_HOST = /^([a-z0-9-]+)\.postgres\.database\.azure\.com$/i;
const NAME = /^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/;

/** 3 to 63 of a–z, 0–9 and hyphen, none at an end: the SDK checks nothing (azure-facts.md, "ARM: flexible servers"). */
export const isServerName = (text: string): boolean => NAME.test(text);

/**
 * The flexible server of a database. With one database the setting says it; with several, each host says its own, and the
 * setting stands for those that do not.
 */
export function sourceServerName(facts: {
  readonly host: string;
  readonly setting: string | undefined;
  readonly databases: number;
}): string | undefined {
  const ofHost = AZURE_HOST.exec(facts.host)?.[1]?.toLowerCase();
  return facts.databases > 1 ? (ofHost ?? facts.setting) : (facts.setting ?? ofHost);
}

/** A name of its own for each job, since the name of a deleted server stays reserved: `lifebook-20261122t0158-3f9a1c7e`. */
export function cloneName(source: string, pointInTime: string, jobId: string): string {
  const minute = pointInTime.slice(0, 16).replaceAll(/[-:]/g, '').toLowerCase();
  const ofJob = jobId.slice(-8).replaceAll(/[^a-z0-9]/g, '');
  const end = `-${minute}-${ofJob}`;
  return `${source.slice(0, 63 - end.length).replace(/-+$/, '')}${end}`;
}

/** @throws Failure `invalid-request` */
export function expectServerName(name: string): string {
  if (isServerName(name)) return name;
  throw new Failure('invalid-request', 'targetServer: must be 3 to 63 of a-z, 0-9 and "-", with no "-" at either end');
}
