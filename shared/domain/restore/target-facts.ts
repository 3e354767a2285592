import type { QualifiedName } from '../backup/preflight';

/** What a restore will meet on the server that it goes to, as the admin login sees it. */
export interface TargetFacts {
  readonly server: {
    readonly version: string;
    readonly major: number;
    readonly hasLz4: boolean;
    /** Azure Database for PostgreSQL: nobody is a superuser there. */
    readonly isAzure: boolean;
    /** Where its files are; null: this login may not know. */
    readonly dataDirectory: string | null;
  };
  readonly login: {
    readonly name: string;
    readonly superuser: boolean;
    readonly createdb: boolean;
    readonly createrole: boolean;
    /** Member of pg_signal_backend: may end sessions of roles that it does not belong to. */
    readonly signalBackend: boolean;
  };
  readonly databases: readonly {
    readonly name: string;
    readonly oid: number;
    readonly owner: string;
    /** null: this login may not connect to it, and so may not know. */
    readonly sizeBytes: number | null;
  }[];
  readonly roles: readonly {
    readonly name: string;
    /** The login may make it the owner of something (SET), and act as the owner (USAGE). */
    readonly mayBecome: boolean;
    /** The login may give it settings in a database (ALTER ROLE … IN DATABASE). */
    readonly mayAlter: boolean;
    /** Nobody becomes one of these on a managed server: they are the server's own. */
    readonly superuser: boolean;
  }[];
  /** Those whose files are there; `mayCreate`: by this login, as far as can be known. */
  readonly extensions: readonly { readonly name: string; readonly mayCreate: boolean }[];
  /** Azure's allow-list (`azure.extensions`), lower case; null where there is none. */
  readonly allowedExtensions: readonly string[] | null;
  /** The database that the request is about; null when there is none of that name. */
  readonly live: LiveFacts | null;
}

export interface LiveFacts {
  readonly owner: string;
  readonly sessions: readonly { readonly description: string; readonly mayEnd: boolean }[];
  readonly preparedTransactions: readonly string[];
  /** They name the database by its oid, and stay on it when it is renamed. */
  readonly logicalSlots: readonly string[];
  readonly subscriptions: readonly string[];
  /** Roles with settings of their own in this database; a swap hands those over. */
  readonly settingRoles: readonly string[];
  /** Who has granted rights on this database; a swap grants them again in their names. */
  readonly grantors: readonly string[];
}

/** What is in the live database; asked only for `clean`, which leaves what the archive does not know. */
export interface LiveObjects {
  readonly relations: readonly (QualifiedName & { readonly kind: string })[];
  /** What keeps a relation from being dropped: a foreign key, a view, a default … of `from` that needs `to`. */
  readonly dependencies: readonly {
    readonly what: string;
    readonly from: QualifiedName;
    readonly to: QualifiedName;
  }[];
}
