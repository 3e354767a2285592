/** How to reach one database. Built from a configured URL by config/database-url.ts; never taken from a caller. */
export interface PgConnection {
  /** Host name or address; a path that starts with `/` is a socket folder. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Called just before each connect or spawn: a fixed password, or a fresh Entra token. Undefined: no password. */
  readonly password: (() => Promise<string>) | undefined;
  /** `verify-full` checks certificate and name against Node's own roots; `require` encrypts only; `disable` for local. */
  readonly tls: 'verify-full' | 'require' | 'disable';
}
