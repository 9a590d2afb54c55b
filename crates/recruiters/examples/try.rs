use recruiters::*;
use recruiters::mention::*;
fn split(l:&str)->Vec<&str>{l.split(',').collect()}
fn main(){
 let f=std::env::args().nth(1).unwrap();
 let threshold:f32=std::env::args().nth(2).map_or(0.5,|t|t.parse().unwrap());
 let t=std::time::Instant::now();
 let s=std::fs::read_to_string(f).unwrap();
 let mut m=Mentions::default(); let mut truth:Vec<u32>=vec![];
 for l in s.lines().skip(1){ let v=split(l);
  m.add(&Written{id:v[0],district:v[2],name:v[4],alias:v[5],phone:v[6],nik:v[7],birth_date:v[8],sex:v[9],village:v[10],regency:v[11],employer:v[12]});
  truth.push(v[1].parse().unwrap()); }
 m.settle(); eprintln!("read {:?}",t.elapsed());
 let r=resolve::resolve(&m,&resolve::Options{threshold,threads:2});
 eprintln!("done {:?} pairs {} cut {} links {} vetoed {} bridges {}",t.elapsed(),r.compared,r.cut,r.links.len(),r.groups.vetoed,r.groups.bridges);
 let order=m.in_file_order(); // file index -> row
 let n=truth.len(); let mut tr=vec![0u32;n]; for (i,row) in order.iter().enumerate(){tr[*row as usize]=truth[i];}
 let pairs=|k:&mut Vec<(u32,u32)>|->f64{k.sort_unstable(); k.chunk_by(|a,b|a==b).map(|c|(c.len() as f64)*(c.len() as f64-1.0)/2.0).sum()};
 let tp=pairs(&mut (0..n).map(|i|(tr[i],r.groups.group[i])).collect());
 let tt=pairs(&mut (0..n).map(|i|(tr[i],0)).collect());
 let pp=pairs(&mut (0..n).map(|i|(0,r.groups.group[i])).collect());
 let max=(0..n as u32).map(|g|r.groups.size(g)).max().unwrap();
 // block recall
 let lp=r.links.iter().filter(|l|tr[l.a as usize]==tr[l.b as usize]).count();
 println!("P {:.4} R {:.4} F1 {:.4} largest {max} link-recall {:.4} prior {:.2}",tp/pp,tp/tt,2.0*tp/(pp+tt),lp as f64/tt,r.model.prior);
 if std::env::var("M").is_ok(){ for (f,m) in compare::ALL.iter().zip(&r.model.m){ println!("{} {:?}",f.name,&m[..f.levels.len()]); } }
 if std::env::var("C").is_ok(){ let mut bins=vec![(0u32,0u32);40]; for l in &r.links{ let b=((l.score+4.0).clamp(0.0,39.0)) as usize; bins[b].0+=1; if tr[l.a as usize]==tr[l.b as usize]{bins[b].1+=1;} } for (i,b) in bins.iter().enumerate().take(24){ let mid=i as f32-3.5; println!("score {mid} p {:.3} true {:.3} n {}",model::probability(mid),b.1 as f32/b.0 as f32,b.0);}
 // missing pairs: true pairs not in links: by which fields both present
 }
 if std::env::var("X").is_ok(){ use std::collections::BTreeMap; let mut by:BTreeMap<u32,Vec<u32>>=BTreeMap::new(); for i in 0..n{by.entry(tr[i]).or_default().push(i as u32);} let st=stats::Stats::new(&m); let c=compare::Comparer{mentions:&m,stats:&st}; let bl=block::Blocks::new(&m,&st,2); let mut met=vec![]; let mut cand=std::collections::BTreeSet::new(); for i in 0..n as u32{ bl.meets(i,&mut met); for b in &met{ if tr[i as usize]==tr[*b as usize]{cand.insert((i.min(*b),i.max(*b)));} } }
  let (mut miss,mut hi,mut lo)=(0,0,0); for v in by.values(){ for i in 0..v.len(){for j in 0..i{ let (a,b)=(v[i].min(v[j]),v[i].max(v[j])); let sc=r.model.score(&c.pair(a,b)); let is=cand.contains(&(a,b)); if !is { miss+=1; if sc>3.0{hi+=1; if hi%40==0 {eprintln!("MISS {sc:.1} {:?}",c.pair(a,b).level);} } } else if sc < 0.0 {lo+=1;} }}}
  println!("true pairs not blocked {miss} (score>3: {hi}); blocked score<0 {lo} of {tt}"); }
 let st=std::fs::read_to_string("/proc/self/status").unwrap(); println!("{}",st.lines().find(|l|l.starts_with("VmHWM")).unwrap());
 let cpu=std::fs::read_to_string("/proc/self/stat").unwrap(); let v:Vec<&str>=cpu.split(' ').collect(); println!("cpu {} s",(v[13].parse::<f64>().unwrap()+v[14].parse::<f64>().unwrap())/100.0);
}
