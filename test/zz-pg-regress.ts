import { startPostgres } from '/work/main/infra/local/environment/embedded-postgres';
import { nodePostgres } from '/work/main/shared/systems/pg-server/node-postgres';
import { ArchiveScript } from '/work/main/shared/domain/archive-script';
import { compareContents } from '/work/main/shared/domain/compare-contents';
import { readDumpMessages } from '/work/main/shared/domain/dump-messages';
import { readFileSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
const major = Number(process.argv[2]); const src = process.argv[3]!;
(async () => {
  const pg = await startPostgres({ major: major as 17, settings: { wal_level: 'logical', max_prepared_transactions: '5' } });
  try {
    const bin = (t: number) => `/root/.cache/lifebook-backup/pgtools/linux-x64/${t}/bin`;
    const env = { ...process.env, LC_ALL: 'C', PGPASSWORD: pg.password, PGHOST: '127.0.0.1', PGPORT: String(pg.port), PGUSER: 'postgres', PGTZ: 'America/Los_Angeles', PGDATESTYLE: 'Postgres, MDY', PG_ABS_SRCDIR: src, PG_LIBDIR: '/nonexistent', PG_DLSUFFIX: '.so', PG_ABS_BUILDDIR: '/tmp/pgsrv/try' };
    spawnSync(bin(18) + '/psql', ['-c', 'create database regression template template0'], { env: { ...env, PGDATABASE: 'postgres' } });
    spawnSync(bin(18) + '/psql', ['-c', "alter database regression set lc_messages='C'; alter database regression set intervalstyle='postgres_verbose'; alter database regression set datestyle='Postgres, MDY'; alter database regression set timezone='America/Los_Angeles'"], { env: { ...env, PGDATABASE: 'regression' } });
    const tests = readFileSync(src + '/parallel_schedule', 'utf8').split('\n').filter(l => l.startsWith('test: ')).flatMap(l => l.slice(6).trim().split(/\s+/)).filter(t => !['tablespace','infinite_recurse'].includes(t));
    const t0 = Date.now();
    for (const t of tests) { spawnSync(bin(18) + '/psql', ['-X', '-a', '-q', '-d', 'regression', '-v', 'HIDE_TABLEAM=on', '-f', `${src}/sql/${t}.sql`], { env, timeout: 60000, stdio: 'ignore' }); for (let k = 0; ; k++) { const p = spawnSync(bin(18) + '/psql', ['-d', 'regression', '-c', 'select 1'], { env }); if (p.status === 0) break; if (k === 0) console.log('down after', t); spawnSync('sleep', ['0.5']); if (k > 60) throw new Error('gone'); } }
    console.log(tests.length, 'tests', Date.now() - t0);
    const su = { host: '127.0.0.1', port: pg.port, user: 'postgres', database: 'regression', password: async () => pg.password, tls: 'disable' as const };
    const server = nodePostgres();
    console.log(JSON.stringify(await server.readPreflight(su)).slice(0, 3000));
    const s = await server.openSnapshot(su, { checksums: true });
    const contents = await s.readContents();
    for (const t of [17, 18]) {
      if (t < major) continue;
      const d = spawnSync(bin(t) + '/pg_dump', ['-Fc', '-d', 'regression', '--snapshot', s.snapshotId, '--lock-wait-timeout=5000'], { env, maxBuffer: 1e9 });
      console.log(t, d.status, JSON.stringify(readDumpMessages(d.stderr.toString())), d.stdout.length);
      const r = spawnSync(bin(t) + '/pg_restore', ['-f', '-'], { input: d.stdout, maxBuffer: 1e9, env });
      console.log(r.status, r.stderr.toString(), r.stdout.length);
      const x = new ArchiveScript(); const t1 = process.cpuUsage(); x.push(r.stdout); const got = x.finish(); console.log('lex ms', process.cpuUsage(t1).user / 1e3);
      console.log('DIFF', compareContents(got, contents), got.tables.length, got.copyBlocks, got.sequences, got.largeObjects);
      const rc = await s.checksums(contents.tables).catch(e => e); console.log('sums', rc instanceof Map ? rc.size : rc);
      // restore & checksum again
      spawnSync(bin(18) + '/psql', ['-d', 'postgres', '-c', `create database r${t} template template0`], { env });
      const rr = spawnSync(bin(t) + '/pg_restore', ['-d', 'r' + t], { input: d.stdout, env }); console.log('restore', rr.status, rr.stderr.toString().slice(0, 1500));
      const s2 = await server.openSnapshot({ ...su, database: 'r' + t }, { checksums: true });
      const c2 = await s2.readContents(); console.log('restored diff', compareContents(got, c2).slice(0, 10));
      const rc2 = await s2.checksums(c2.tables).catch(e => e);
      if (rc instanceof Map && rc2 instanceof Map) console.log('sum diffs', [...rc].filter(([k, v]) => rc2.get(k) !== v).map(([k]) => k)); else console.log(rc2);
      await s2.close();
    }
    await s.close();
  } finally { await pg.stop(); }
})().catch(e => { console.error(e); process.exitCode = 1; });
