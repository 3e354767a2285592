import { startPostgres } from './environment/embedded-postgres';
import { seedLifeBook, createBackupLogin } from './seed/seed-lifebook';
import { Client } from 'pg';
(async()=>{
 const s=await startPostgres({major:17});
 try{
 let c=new Client({connectionString:s.url()}); await c.connect(); await c.query('create database lb'); await c.end();
 const t=Date.now(); const u=process.cpuUsage();
 await seedLifeBook({url:s.url('lb'), sizeBytes:100e6});
 const d=process.cpuUsage(u);
 console.log('seconds',(Date.now()-t)/1000,'cpu node',(d.user+d.system)/1e6);
 c=new Client({connectionString:s.url('lb')}); await c.connect();
 console.log((await c.query("select pg_size_pretty(pg_database_size('lb')) s, (select sum(pg_total_relation_size(oid)) from pg_class where relkind='r' and relnamespace='public'::regnamespace) t")).rows);
 const t2=Date.now();await c.query('checkpoint');console.log(Date.now()-t2);
 await c.end();
 const { execFileSync } = await import('node:child_process');
 for (const z of ['none','zstd:1']) { const out=execFileSync(process.env.HOME+'/.cache/lifebook-backup/pgtools/linux-x64/17/bin/pg_dump',['-Fc','-Z',z,'-d',s.url('lb')],{maxBuffer:1e9}); console.log(z,out.length/1e6); }
 } finally { await s.stop(); }
})();
