use recruiters::*;
use recruiters::mention::*;
fn split(l:&str)->Vec<&str>{l.split(',').collect()}
fn main(){
 let f=std::env::args().nth(1).unwrap();
 let threshold:f32=std::env::args().nth(2).map_or(0.9,|t|t.parse().unwrap());
 let mean:f32=std::env::args().nth(3).map_or(0.0,|t|t.parse().unwrap());
 let t=std::time::Instant::now();
 let s=std::fs::read_to_string(f).unwrap();
 let mut m=Mentions::default(); let mut truth:Vec<u32>=vec![];
 for l in s.lines().skip(1){ let v=split(l);
  m.add(&Written{id:v[0],district:v[2],name:v[4],alias:v[5],phone:v[6],nik:v[7],birth_date:v[8],sex:v[9],village:v[10],regency:v[11],employer:v[12]});
  truth.push(v[1].parse().unwrap()); }
 m.settle(); eprintln!("read {:?}",t.elapsed());
 let r=resolve::resolve(&m,&resolve::Options{threshold,threads:2,mean});
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
 let st=std::fs::read_to_string("/proc/self/status").unwrap(); println!("{}",st.lines().find(|l|l.starts_with("VmHWM")).unwrap());
 let cpu=std::fs::read_to_string("/proc/self/stat").unwrap(); let v:Vec<&str>=cpu.split(' ').collect(); println!("cpu {} s",(v[13].parse::<f64>().unwrap()+v[14].parse::<f64>().unwrap())/100.0);
}
