use recruiters::*;
fn main(){
 let f=std::env::args().nth(1).unwrap();
 let threshold:f32=std::env::args().nth(2).map_or(0.9,|t|t.parse().unwrap());
 let threads:usize=std::env::args().nth(3).map_or(2,|t|t.parse().unwrap());
 let t=std::time::Instant::now();
 let input=reading::read(std::fs::File::open(&f).unwrap(),4<<30).unwrap();
 eprintln!("read {:?} skipped {}",t.elapsed(),input.skipped_count);
 let r=resolve::resolve(&input.mentions,&resolve::Options{threshold,threads,memory_bytes:4<<30},&|s|eprintln!("{s:?} {:?}",t.elapsed())).unwrap();
 eprintln!("done {:?} pairs {} cut {} links {} bar {}",t.elapsed(),r.compared,r.cut,r.links.len(),r.bar);
 let out=std::env::args().nth(4).unwrap_or("/tmp/rd/out.csv".into());
 let mut w=std::io::BufWriter::new(std::fs::File::create(&out).unwrap()); writing::clusters(&input.mentions,&r,&mut w).unwrap(); drop(w);
 let mut w=std::io::BufWriter::new(std::fs::File::create(out+".pairs").unwrap()); writing::pairs(&input.mentions,&r,&mut w).unwrap(); drop(w);
 let st=std::fs::read_to_string("/proc/self/status").unwrap(); println!("{}",st.lines().find(|l|l.starts_with("VmHWM")).unwrap());
 let cpu=std::fs::read_to_string("/proc/self/stat").unwrap(); let v:Vec<&str>=cpu.split(' ').collect(); println!("cpu {} s",(v[13].parse::<f64>().unwrap()+v[14].parse::<f64>().unwrap())/100.0);
}
