/** How long to wait for an answer when the network swallows it: longer than the server takes by BOUNDED. */
export const ANSWER_TIMEOUT_MS = 75_000;

/** Questions that must not hang: neither on a lock nor on a slow catalog. */
export const BOUNDED: Readonly<Record<string, string>> = {
  statement_timeout: '60s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
};

/**
 * The snapshot stays open as long as the dump: nothing may end it but us, whatever the server, database or role is set to.
 * idle_session_timeout exists from 14 on, transaction_timeout from 17.
 */
export const UNBOUNDED: Readonly<Record<string, string>> = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  // an error instead of fewer rows
  row_security: 'off',
};

/** The text of a value must not depend on how a server or role is set up, so that checksums compare anywhere. */
export const FIXED_OUTPUT: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  quote_all_identifiers: 'off',
};
