import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { SaveOperation } from './flex-server';

/**
 * Watches one call for being accepted: its operation is saved, and that waited for, before anybody can look at the answer.
 * The SDK would then poll once by itself, and a poll that fails there loses what had been accepted; here polls are the
 * job's own affair, so that one is not sent.
 */
export class Acceptance {
  private isAccepted = false;

  constructor(private readonly save: SaveOperation) {}

  get policy(): PipelinePolicy {
    return {
      name: 'saveAcceptedOperation',
      sendRequest: async (request, next) => {
        if (this.isAccepted) throw new Error('accepted already');
        const response = await next(request);
        if (response.status < 200 || response.status > 202) return response;
        const statusUrl = response.headers.get('azure-asyncoperation') ?? response.headers.get('location');
        await this.save(statusUrl === undefined ? {} : { statusUrl });
        this.isAccepted = true;
        return response;
      },
    };
  }

  /** Whether an error came from after the acceptance: then it says nothing. */
  covers(): boolean {
    return this.isAccepted;
  }
}
