import { startBenchStack } from './tools/bench/dist/bench-stack.js';
import { cpuSeconds } from './tools/bench/dist/machine/cpu-time.js';
import { runBullFlows } from './tools/bench/dist/yardsticks/bull-flow.js';
import * as th from './tools/bench/dist/benchmarks/throughput.js';
const [jobs=5000, which='chain'] = process.argv.slice(2);
const mod = await import('./tools/bench/dist/benchmarks/'+(which==='chain'?'chain':'map')+'.js').catch(()=>null);
const stack = await startBenchStack(process.env);
const doc = which==='chain' ? {name:'c',version:1,input:{value:{}},nodes:{a:{stage:'trial.echo@1',in:{value:'$input.value'}},b:{stage:'trial.echo@1',in:{value:'$a.value'}},c:{stage:'trial.echo@1',in:{value:'$b.value'}}},output:{value:'$c.value'}}
 : {name:'m',version:1,input:{},nodes:{a:{stage:'trial.list@1',params:{count:10}},m:{each:'$a.items',as:'i',nodes:{b:{stage:'trial.echo@1',in:{value:'$i'}}},collect:{value:'$b.value'}},c:{stage:'trial.echo@1',in:{value:'$m'}}},output:{value:'$c.value'}};
const per = which==='chain'?3:12;
for (let round=0; round<2; round++){
const t0=performance.now();
const id = await stack.submit(stack.plan(doc), Array.from({length:+jobs},(_, i)=>which==='chain'?{value:i}:{}));
const t1=performance.now();
const pg0=cpuSeconds(stack.trial.postgres.pid), rd0=cpuSeconds(stack.trial.redis.pid);
const w = await stack.trial.addWorker(); const w0=cpuSeconds(w.pid);
const s = await stack.ended(id);
const n=+jobs*per;
console.log(`submit ${(1000*jobs/(t1-t0)).toFixed(0)} rows/s; ${(n/s).toFixed(0)} tasks/s; CPU µs/task: pg ${((cpuSeconds(stack.trial.postgres.pid)-pg0)*1e6/n).toFixed(0)} redis ${((cpuSeconds(stack.trial.redis.pid)-rd0)*1e6/n).toFixed(0)} worker ${((cpuSeconds(w.pid)-w0)*1e6/n).toFixed(0)}`);
if(process.env.KEEP) await new Promise(r=>setTimeout(r,1000*process.env.KEEP));
await w.stop();
if(which==='chain'){const f = await runBullFlows({shape:{kind:'chain',...(mod?.chain?.flow)},flows:3000,concurrency:100,backend:{kind:'redis',url:stack.trial.redisUrl}}).catch(e=>({tasksPerSecond:String(e).slice(0,200)})); console.log('flows', f.tasksPerSecond);}
}
await stack[Symbol.asyncDispose]();
process.exit(0);
