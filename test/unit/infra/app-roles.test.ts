import { expect, it } from '@jest/globals';
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
