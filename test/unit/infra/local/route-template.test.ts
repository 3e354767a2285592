import { parseRouteTemplate } from '../../../../infra/local/host/route-template';

describe('a route template', () => {
  it.each([
    ['jobs/{id}', '/jobs/7', { id: '7' }],
    ['jobs/{id}', '/JOBS/a%20b', { id: 'a b' }],
    ['jobs/{id}', '/jobs', undefined],
    ['jobs/{id}', '/jobs/7/8', undefined],
    ['jobs/{id?}', '/jobs', {}],
    ['jobs/{id=all}', '/jobs', { id: 'all' }],
    ['files/{*path}', '/files/a/b', { path: 'a/b' }],
    ['files/{*path}', '/files', {}],
    ['files/{name}.{kind}', '/files/a.b.json', { name: 'a', kind: 'b.json' }],
    ['x/{id:int}', '/x/-12', { id: '-12' }],
    ['x/{id:int}', '/x/1.5', undefined],
    ['x/{id:guid}', '/x/0f8fad5b-d9cb-469f-a165-70867728950e', { id: '0f8fad5b-d9cb-469f-a165-70867728950e' }],
    ['x/{id:length(2,3)}', '/x/abcd', undefined],
    ['x/{id:range(1,5)}', '/x/5', { id: '5' }],
    ['x/{id:regex(^\\d{{4}}$)}', '/x/2026', { id: '2026' }],
    ['x/{id:regex(^\\d{{4}}$)}', '/x/20265', undefined],
    ['x/{id:alpha:minlength(2)}', '/x/ab', { id: 'ab' }],
    ['x/{id:alpha:minlength(2)}', '/x/a', undefined],
    ['', '/', {}],
  ])('%s matches %s as %j', (template, path, expected) => {
    expect(parseRouteTemplate(template).match(path)).toEqual(expected);
  });

  it.each([
    ['/x'],
    ['~/x'],
    ['x//y'],
    ['x/{'],
    ['x/}'],
    ['x/{}'],
    ['x/{a}{b}'],
    ['{a}/{a}'],
    ['{*a}/b'],
    ['{a:odd}'],
    ['{a:min(x)}'],
  ])('is not "%s"', (template) => {
    expect(() => parseRouteTemplate(template)).toThrow();
  });
});
