import type { PostgreSQLManagementFlexibleServerClient as ArmClient } from '@azure/arm-postgresql-flexible';
import { createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { Failure } from '../../domain/failure';
import { armCall, describeArmError, withoutUrls } from '../arm/arm-call';
import type { OperationStatus } from './flex-server';

/** The body of `Azure-AsyncOperation`; `Location` answers 202 without one until it is done. */
const statusShape = z.looseObject({
  status: z.string(),
  error: z.looseObject({ code: z.string().optional(), message: z.string().optional() }).nullish(),
});

/** One look at an operation. What ARM does not say is `unknown`, never a failure of the job: the server itself decides. */
export async function pollOnce(
  client: ArmClient,
  statusUrl: string,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<OperationStatus> {
  try {
    return await armCall('asking for an operation', limitMs, signal, async (abortSignal) =>
      readStatus(await client.sendRequest(createPipelineRequest({ url: statusUrl, method: 'GET', abortSignal }))),
    );
  } catch (error) {
    // another host, no token: these do not pass; a job that is to stop says so
    if (error instanceof Failure && error.code !== 'azure-unavailable' && error.code !== 'azure-busy') throw error;
    return { state: 'unknown', reason: error instanceof Failure ? error.detail : describeArmError(error) };
  }
}

function readStatus({ status, headers, bodyAsText }: PipelineResponse): OperationStatus {
  const retryAfter = Number(headers.get('retry-after'));
  const inProgress = {
    state: 'in-progress',
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
  } as const;
  if (status === 202 && (bodyAsText ?? '') === '') return inProgress;
  if (status === 204) return { state: 'succeeded' };
  if (status !== 200 && status !== 201 && status !== 202) return { state: 'unknown', reason: `answered ${status}` };
  const body = parsed(bodyAsText);
  if (body === undefined) return { state: 'unknown', reason: `answered ${status} with something that is no JSON` };
  const told = statusShape.safeParse(body);
  // a `Location` that is done answers with the resource, which has no status
  if (!told.success) return status === 202 ? inProgress : { state: 'succeeded' };
  const word = told.data.status.toLowerCase();
  if (word === 'succeeded') return { state: 'succeeded' };
  if (word !== 'failed' && word !== 'canceled') return inProgress;
  const { code, message } = told.data.error ?? {};
  return { state: word, reason: `${code ?? 'no code'}: ${withoutUrls(message ?? 'no message')}` };
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
