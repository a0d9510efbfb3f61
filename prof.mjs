import { newUuid } from './libs/contracts/dist/index.js';
import { compile } from './libs/pipeline/dist/index.js';
import { openRecords, LOCAL_TENANT } from './libs/adapters/records/dist/index.js';
import { toyStages } from './libs/testing/dist/random-pipeline.js';
import pg from 'pg';
const [size=400, rounds=10, shape='chain'] = process.argv.slice(2);
const admin = new pg.Client('postgres://postgres@127.0.0.1:15999/postgres'); await admin.connect();
await admin.query('DROP DATABASE IF EXISTS p'); await admin.query('CREATE DATABASE p'); 
const url='postgres://postgres@127.0.0.1:15999/p';
const sql = new pg.Client(url); await sql.connect(); await sql.query('CREATE EXTENSION pg_stat_statements'); if(process.env.EXPLAIN){ for (const s of ["session_preload_libraries='auto_explain'","auto_explain.log_min_duration=3","auto_explain.log_nested_statements=on","auto_explain.log_analyze=on","auto_explain.log_timing=on"]) await sql.query('ALTER DATABASE p SET '+s);}
const records = openRecords({databaseUrl:url}); await records.migrate();
const chain={name:'three-steps',version:1,input:{x:{}},nodes:{first:{stage:'toy.make@1',in:{a:'$input.x'}},second:{stage:'toy.make@1',in:{a:'$first.value'}},third:{stage:'toy.make@1',in:{a:'$second.value'}}},output:{value:'$third.value'}};
const map={name:'map',version:1,input:{x:{}},nodes:{first:{stage:'toy.make@1',in:{a:'$input.x'}},all:{each:'$first.list',as:'i',nodes:{second:{stage:'toy.make@1',in:{a:'$i.v'}}},collect:{value:'$second.value'}},third:{stage:'toy.make@1',in:{a:'$all'}}},output:{value:'$third.value'}};
const plan=compile(shape==='map'?map:chain,toyStages);
const worker=newUuid();
const list=Array.from({length:+(process.env.WIDE||10)},(_, v)=>({v,list:null}));
async function batch(){ const id=newUuid(); const t0=performance.now();
 await records.batches.submit({id,tenantId:LOCAL_TENANT,plan,metadata:{},rows:Array.from({length:+size},(_, i)=>({line:i+1,jobId:newUuid(),input:{x:i+1},params:{},metadata:{}}))});
 const t1=performance.now();
 const {rows}=await sql.query("SELECT t.id FROM intermodal.task t JOIN intermodal.job j ON j.id=t.job_id WHERE j.batch_id=$1 AND t.state='ready'",[id]);
 const t2=performance.now();
 let claimed=await records.tasks.claim(rows.map(r=>r.id),worker); const t3=performance.now(); let tasks=0;
 const room={'toy.make@1':process.env.CLAIM?0:100000};
 while(claimed.length){ const next=[]; for(let i=0;i<claimed.length;i+=400){ const part=claimed.slice(i,i+400); tasks+=part.length; const r=await records.tasks.settle(part.map(({id,token,path})=>({taskId:id,token,outcome:'completed',output:{value:7,list:path==='first'&&shape==='map'?list:null},artifacts:[]})),{workerId:worker,room}); next.push(...r.claimed);
  if(process.env.CLAIM){const {rows}=await sql.query("SELECT t.id FROM intermodal.task t JOIN intermodal.job j ON j.id=t.job_id WHERE j.batch_id=$1 AND t.state='ready'",[id]); for(let k=0;k<rows.length;k+=400) next.push(...await records.tasks.claim(rows.slice(k,k+400).map(r=>r.id),worker));}
 } claimed=next;}
 const t4=performance.now(); return {submit:t1-t0,claim:t3-t2,settle:t4-t3,tasks}; }
await batch(); await batch();
await sql.query('SELECT pg_stat_statements_reset()');
const sum={submit:0,claim:0,settle:0,tasks:0}; for(let i=0;i<+rounds;i++){const b=await batch(); for(const k in sum) sum[k]+=b[k];}
console.log('µs per task', Object.fromEntries(Object.entries(sum).map(([k,v])=>[k,k==='tasks'?v:Math.round(v*1000/sum.tasks)])));
const {rows}=await sql.query("SELECT round(total_exec_time::numeric*1000/$1,1) us, round(total_plan_time::numeric*1000/$1,1) plan_us, calls, left(regexp_replace(query,'\\s+',' ','g'),150) q, toplevel FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 32",[sum.tasks]);
for(const r of rows) console.log(String(r.us).padStart(7),String(r.plan_us).padStart(6),String(r.calls).padStart(7),r.toplevel?'T':' ',r.q);
await sql.end(); await records.close(); await admin.end();
