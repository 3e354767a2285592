import { Failure } from './failure';
import type { NotIncluded } from './manifest';

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** What readPreflight found; decided upon by `assessPreflight`. */
export interface PreflightFacts {
  readonly server: { readonly version: string; readonly versionNumber: number; readonly major: number };
  readonly inRecovery: boolean;
  readonly login: { readonly name: string; readonly superuser: boolean };
  readonly database: string;
  readonly databaseSizeBytes: number;
}

export interface PreflightBlocker {
  readonly code: string;
  readonly objects: readonly string[];
  readonly fix: string;
}

export interface PreflightAssessment {
  readonly blocking: readonly PreflightBlocker[];
  readonly notIncluded: readonly NotIncluded[];
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

export function assessPreflight(_facts: PreflightFacts): PreflightAssessment {
  return { blocking: [], notIncluded: [], warnings: [] };
}

export function preflightFailure(_blocking: readonly PreflightBlocker[]): Failure {
  return new Failure('dump-would-be-incomplete', '');
}
