import { expect, it } from '@jest/globals';
import appApi from '../../../infra/app-api.json';
import appClients from '../../../infra/app-clients.json';
import appRoles from '../../../infra/app-roles.json';
import { rolesOf } from '../../../shared/domain/access/roles';

it('offers the app roles that the app knows, to people and to pipelines', () => {
  expect(appRoles.map(({ value, isEnabled }) => [value, isEnabled, [...rolesOf([value])]])).toEqual([
    ['Backup.Read', true, ['Read']],
    ['Backup.Release', true, ['Read', 'Release']],
    ['Backup.Admin', true, ['Read', 'Release', 'Admin']],
  ]);
  expect(appRoles.map(({ allowedMemberTypes }) => allowedMemberTypes)).toEqual(Array(3).fill(['User', 'Application']));
  expect(new Set(appRoles.map(({ id }) => id)).size).toBe(3);
});

it('lets the Azure CLI ask for tokens of the very scope that the API has, in the version that the app takes', () => {
  const [scope] = appApi.api.oauth2PermissionScopes;
  expect([appApi.api.requestedAccessTokenVersion, scope?.type, scope?.isEnabled]).toEqual([2, 'User', true]);
  expect(appClients.api.preAuthorizedApplications).toEqual([
    { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', delegatedPermissionIds: [scope?.id] },
  ]);
});
