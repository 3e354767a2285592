import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTimeSpanMs } from './time-span';

export interface QueueConfig {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a message rests after a failure. */
  readonly visibilityTimeoutMs: number;
  readonly messageEncoding: 'none' | 'base64';
  readonly maxPollingIntervalMs: number;
}

/** What the local host reads of host.json, with the real host's defaults. */
export interface HostConfig {
  readonly routePrefix: string;
  /** Undefined: unbounded. */
  readonly functionTimeoutMs: number | undefined;
  readonly logLevel: string | undefined;
  readonly queues: QueueConfig;
}

const DEFAULT_FUNCTION_TIMEOUT_MS = 30 * 60_000;
const MOST_PARALLEL_MESSAGES = 32;

/** @throws Error when host.json is missing, is not JSON, or has a wrong version or value: the host then answers 503. */
export async function readHostConfig(appDir: string): Promise<HostConfig> {
  const json = objectOf(JSON.parse(await readFile(join(appDir, 'host.json'), 'utf8')), 'host.json');
  if (json['version'] !== '2.0') throw new Error('host.json: version must be "2.0"');
  const extensions = section(json, 'extensions');
  const http = section(extensions, 'http');
  return {
    routePrefix: text(http, 'routePrefix') ?? 'api',
    functionTimeoutMs: functionTimeout(text(json, 'functionTimeout')),
    logLevel: text(section(section(json, 'logging'), 'logLevel'), 'default')?.toLowerCase(),
    queues: queueConfig(section(extensions, 'queues')),
  };
}

function queueConfig(json: Readonly<Record<string, unknown>>): QueueConfig {
  const batchSize = wholeNumber(json, 'batchSize', 1, MOST_PARALLEL_MESSAGES) ?? 16;
  const messageEncoding = text(json, 'messageEncoding')?.toLowerCase() ?? 'base64';
  if (messageEncoding !== 'none' && messageEncoding !== 'base64') {
    throw new Error('host.json: queues.messageEncoding must be "none" or "base64"');
  }
  return {
    batchSize,
    newBatchThreshold: wholeNumber(json, 'newBatchThreshold', 0) ?? Math.floor(batchSize / 2),
    maxDequeueCount: wholeNumber(json, 'maxDequeueCount', 1) ?? 5,
    visibilityTimeoutMs: duration(json, 'visibilityTimeout') ?? 0,
    messageEncoding,
    maxPollingIntervalMs: duration(json, 'maxPollingInterval') ?? 60_000,
  };
}

function functionTimeout(value: string | undefined): number | undefined {
  if (value === undefined) return DEFAULT_FUNCTION_TIMEOUT_MS;
  if (value === '-1') return undefined;
  const timeoutMs = parseTimeSpanMs(value);
  if (timeoutMs === undefined)
    throw new Error('host.json: functionTimeout must be a time span such as "00:30:00" or "-1"');
  return timeoutMs;
}

function section(parent: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  return parent[name] === undefined ? {} : objectOf(parent[name], `host.json: ${name}`);
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is not an object`);
  return value as Readonly<Record<string, unknown>>;
}

function text(parent: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = parent[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`host.json: ${name} must be a string`);
}

function wholeNumber(
  parent: Readonly<Record<string, unknown>>,
  name: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = parent[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`host.json: ${name} must be a whole number from ${least} to ${most}`);
}

/** A time span; a bare number is milliseconds, as the queues extension takes it. */
function duration(parent: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = parent[name];
  if (value === undefined) return undefined;
  const parsedMs = typeof value === 'number' ? value : typeof value === 'string' ? parseTimeSpanMs(value) : undefined;
  if (parsedMs === undefined) throw new Error(`host.json: ${name} must be a time span such as "00:00:02"`);
  return parsedMs;
}
