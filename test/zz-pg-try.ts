import { startPostgres } from '/work/main/infra/local/environment/embedded-postgres';
import { nodePostgres } from '/work/main/shared/systems/pg-server/node-postgres';
import { ArchiveScript } from '/work/main/shared/domain/archive-script';
import { readArchiveHeader } from '/work/main/shared/domain/archive-header';
import { compareContents } from '/work/main/shared/domain/compare-contents';
import { assessPreflight, preflightFailure } from '/work/main/shared/domain/preflight';
import { readDumpMessages } from '/work/main/shared/domain/dump-messages';
import { Client } from 'pg';
import { readFileSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
const major = Number(process.argv[2]);
(async () => {
  const pg = await startPostgres({ major: major as 17, settings: { wal_level: 'logical', max_prepared_transactions: '5' } });
  try {
    const c = new Client(pg.url()); await c.connect();
    await c.query(`create database "nasty ""db" template template0`); await c.end();
    const db = 'nasty "db';
    const conn = (user: string, password: string) => ({ host: '127.0.0.1', port: pg.port, user, database: db, password: async () => password, tls: 'disable' as const });
    const n = new Client({ ...conn('postgres', pg.password), password: pg.password }); n.on('error', () => {}); await n.connect();
    await n.query(readFileSync('/tmp/pgsrv/try/nasty.sql', 'utf8'));
    await n.query(readFileSync('/tmp/pgsrv/try/nasty14.sql', 'utf8'));
    const su = conn('postgres', pg.password);
    const server = nodePostgres();
    const f = await server.readPreflight(su); console.log(JSON.stringify(f)); console.log(JSON.stringify(assessPreflight(f)));
    const rd = await server.readPreflight(conn('reader', 'reader-pw')); const a = assessPreflight(rd);
    console.log(JSON.stringify(rd.unreadableLargeObjects), a.blocking.map(b => b.code + b.count)); console.log(preflightFailure(a.blocking)); console.log(a.notIncluded, a.warnings);
    const s = await server.openSnapshot(su, { checksums: true });
    console.log(s.snapshotId, s.snapshotAt, s.server, s.warnings);
    const contents = await s.readContents(); console.log(JSON.stringify(contents).slice(0, 3000));
    console.log([...(await s.checksums(contents.tables))].length);
    for (const t of [15, 16, 17, 18]) {
      const bin = `/root/.cache/lifebook-backup/pgtools/linux-x64/${t}/bin`;
      if (t < major || !existsSync(bin + '/pg_dump')) continue;
      const env = { ...process.env, LC_ALL: 'C', PGPASSWORD: pg.password };
      const d = spawnSync(bin + '/pg_dump', ['-Fc', '-h', '127.0.0.1', '-p', String(pg.port), '-U', 'postgres', '-d', `dbname='nasty "db'`, '--snapshot', s.snapshotId, '--lock-wait-timeout=5000'], { env, maxBuffer: 1e9 });
      console.log(t, d.status, JSON.stringify(readDumpMessages(d.stderr.toString())));
      console.log(readArchiveHeader(d.stdout));
      const r = spawnSync(bin + '/pg_restore', ['-f', '-'], { input: d.stdout, maxBuffer: 1e9, env });
      console.log(r.status, r.stderr.toString());
      require('fs').writeFileSync('/tmp/pgsrv/try/out.sql', r.stdout);
      const x = new ArchiveScript(); x.push(r.stdout); const got = x.finish();
      console.log('DIFF', compareContents(got, contents), got.tables.length, got.copyBlocks, got.sequences, got.largeObjects);
      for (const tb of got.tables) { const q = await n.query(`select count(*)::int n from ${n.escapeIdentifier(tb.schema)}.${n.escapeIdentifier(tb.name)}`); const only = await n.query(`select count(*)::int n from only ${n.escapeIdentifier(tb.schema)}.${n.escapeIdentifier(tb.name)}`); if (![q.rows[0].n, only.rows[0].n].includes(tb.rows)) console.log('ROWS', tb, q.rows, only.rows); }
    }
    await s.close(); await n.end();
  } finally { await pg.stop(); }
})().catch(e => { console.error(e); process.exitCode = 1; });
