import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { releaseAnswer } from '../../shared/http/release-answers';
import { releaseVerifiedBody } from '../../shared/http/schemas';
import { markReleaseVerified } from '../../shared/operations/releases/mark-release';
import { route } from './route';

export const registerPostReleaseVerified = route(
  {
    name: 'postReleaseVerified',
    method: 'POST',
    path: 'releases/{version}/verified',
    role: 'Release',
    summary: 'Marks a release as verified: the retention of the dumps from before it starts',
    body: releaseVerifiedBody,
    answers: { 200: releaseAnswer },
  },
  async ({ params, body, caller }) =>
    json(200, await markReleaseVerified(app().systems, params.version, body, caller.name)),
);
