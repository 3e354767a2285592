/** One configuration for every suite; the npm scripts pick folders. */
module.exports = {
  testEnvironment: 'node',
  // no secret may be among any program's arguments in the whole run (test/fixtures/canary)
  globalSetup: '<rootDir>/test/fixtures/canary/global-setup.ts',
  globalTeardown: '<rootDir>/test/fixtures/canary/global-teardown.ts',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(jose)/)'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
