import { expect, it } from '@jest/globals';
import { staysInContainer } from '../../../../shared/domain/blobs/blob-name';
import { adoptionBody } from '../../../../shared/http/schemas';

it.each(['../state/jobs/x.json', 'a/../../state/x', 'a/..', '..', './x', 'a/./b'])(
  '%s would leave its container',
  (name) => {
    expect(staysInContainer(name)).toBe(false);
    expect(adoptionBody.safeParse({ blob: name }).success).toBe(false);
  },
);

it.each(['old/lifebook.dump', 'a..b/c...dump', '%2e%2e/x', 'a\\..\\b', '.hidden'])(
  '%s stays in its container',
  (name) => {
    expect(staysInContainer(name)).toBe(true);
    expect(adoptionBody.safeParse({ blob: name }).success).toBe(true);
  },
);
