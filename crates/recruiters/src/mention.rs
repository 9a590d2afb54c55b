//! What reports say, in columns of numbers: each text once, each mention one short row.

#![expect(clippy::indexing_slicing, reason = "numbers of texts were given by the same columns")]

use crate::fields;
use crate::intern::{Interner, hash};
use crate::person::{self, Name, Sex, WORDS_MAX};
use crate::spelling::fold;

/// Longer words are kept in their one form alone.
pub const WRITTEN_MAX: usize = 16;
/// No text.
pub const NONE: u32 = u32::MAX;

/// One mention. Numbers are those of the texts in [`Mentions`]; [`NONE`] or 0 means not written. It lies in one line of a
/// processor's memory: comparing waits for rows more than for anything else.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Row {
    /// Packed digits.
    pub phone: u64,
    /// Packed digits.
    pub nik: u64,
    /// Number of the list of words.
    pub name: u32,
    /// Hash of the name as written.
    pub plain: u32,
    /// A word.
    pub alias: u32,
    /// `yyyymmdd`, from the field, else from the NIK. A day that no calendar has stands as it was written.
    pub born: u32,
    /// `yyyymmdd` of the NIK.
    pub born_nik: u32,
    /// A place.
    pub village: u32,
    /// A place.
    pub regency: u32,
    /// An employer.
    pub employer: u32,
    /// A place.
    pub district: u32,
    /// Written, or from title or NIK.
    pub sex: Sex,
    /// H. or Hj.
    pub haji: bool,
    /// Muhammad stands before.
    pub muhammad: bool,
}

/// Words of a name by number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    ids: [u32; WORDS_MAX],
    count: u8,
}

impl Words {
    /// The words.
    pub fn as_slice(&self) -> &[u32] {
        &self.ids[..usize::from(self.count)]
    }
}

/// Fields of one mention as the file has them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written<'a> {
    /// `rec_id`.
    pub id: &'a str,
    /// Who reports.
    pub district: &'a str,
    /// Name.
    pub name: &'a str,
    /// Nickname.
    pub alias: &'a str,
    /// Phone.
    pub phone: &'a str,
    /// Identity number.
    pub nik: &'a str,
    /// Birth date.
    pub birth_date: &'a str,
    /// Sex.
    pub sex: &'a str,
    /// Village.
    pub village: &'a str,
    /// Regency.
    pub regency: &'a str,
    /// Employer.
    pub employer: &'a str,
}

/// All mentions of one run.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Rows, in an order of their own once [`Mentions::settle`] ran.
    pub rows: Vec<Row>,
    /// Words of each name.
    pub names: Vec<Words>,
    /// Words of names and nicknames.
    pub words: Interner,
    /// For each word one way in which it was written, where that is short: of several the first in order.
    pub written: Vec<[u8; WRITTEN_MAX]>,
    /// Villages, regencies, districts.
    pub places: Interner,
    /// Employers.
    pub employers: Interner,
    /// Words that many people have, and their shares.
    pub common: Vec<(u32, f32)>,
    /// Word and nickname that go together, sorted.
    pub nicknames: Vec<(u32, u32)>,
    ids: Interner,
    lists: Interner,
    /// Places, employers, words of names, nicknames.
    memos: [Memo; 4],
    order: Vec<u32>,
    /// Rows in the order of their `rec_id`: mentions that were written down together often have neighbouring ones.
    pub by_id: Vec<u32>,
}

impl Mentions {
    /// Adds a mention; `false` if its `rec_id` is there already.
    pub fn add(&mut self, written: &Written<'_>) -> bool {
        let new = self.ids.add(written.id.as_bytes()).1;
        if new {
            self.push(written);
        }
        new
    }

    /// Adds a mention whose `rec_id` is known elsewhere: such rows are not [settled](Mentions::settle).
    pub fn push(&mut self, written: &Written<'_>) {
        let name = person::name(written.name);
        let nik = fields::nik(written.nik);
        let (born_nik, nik_sex) = fields::inside_nik(nik).unwrap_or_default();
        let born = Some(fields::date_with_slip(written.birth_date)).filter(|born| *born != 0).unwrap_or(born_nik);
        let sex = [fields::sex(written.sex), name.sex, nik_sex].into_iter().find(|sex| *sex != Sex::Unknown);
        let row = Row {
            phone: fields::phone(written.phone),
            nik,
            plain: u32::try_from(hash(name.plain.as_bytes()) >> 32).unwrap_or(0),
            alias: self.memos[3].of(written.alias, &mut self.words, person::alias),
            born,
            born_nik,
            village: self.memos[0].of(written.village, &mut self.places, fields::place),
            regency: self.memos[0].of(written.regency, &mut self.places, fields::place),
            employer: self.memos[1].of(written.employer, &mut self.employers, fields::employer),
            district: self.memos[0].of(written.district, &mut self.places, fields::place),
            sex: sex.unwrap_or_default(),
            haji: name.haji,
            muhammad: name.muhammad,
            name: self.name(&name),
        };
        self.rows.push(row);
    }

    fn name(&mut self, name: &Name) -> u32 {
        let mut list = Words::default();
        let mut key = [0_u8; 4 * WORDS_MAX];
        for (at, word) in name.words().enumerate() {
            list.ids[at] = self.memos[2].of(word, &mut self.words, fold);
            self.remember(list.ids[at], word);
            key[4 * at..4 * at + 4].copy_from_slice(&list.ids[at].to_le_bytes());
            list.count += 1;
        }
        if list.count == 0 {
            return NONE;
        }
        let (number, new) = self.lists.add(&key[..4 * usize::from(list.count)]);
        if new {
            self.names.push(list);
        }
        number
    }

    /// A slip of the pen is one letter as it was written; in the one form of a word it may be two.
    fn remember(&mut self, number: u32, word: &str) {
        let (mut written, at) = ([0; WRITTEN_MAX], number as usize);
        if number == NONE || word.len() > WRITTEN_MAX {
            return;
        }
        written[..word.len()].copy_from_slice(word.as_bytes());
        if at >= self.written.len() {
            self.written.resize(at + 1, [0; WRITTEN_MAX]);
        }
        let known = &mut self.written[at];
        if *known == [0; WRITTEN_MAX] || written < *known {
            *known = written;
        }
    }

    /// A word as somebody wrote it; empty where that is not known.
    pub fn written(&self, word: u32) -> &[u8] {
        let written = self.written.get(word as usize).map_or(&[][..], |written| &written[..]);
        written.split(|letter| *letter == 0).next().unwrap_or_default()
    }

    /// Learns which words are common and which nicknames belong together. More mentions may be added afterwards.
    pub fn ready(&mut self) {
        self.nicknames = nicknames(&mut self.words);
        self.common = common_words(&mut self.words);
    }

    /// Sorts the rows by place and name, then `rec_id`: nothing depends on the order of the file, and rows that are compared
    /// lie near each other in memory, where most of the time goes.
    pub fn settle(&mut self) {
        self.ready();
        self.lists = Interner::default();
        self.memos = Default::default();
        self.ids.close();
        self.words.close();
        self.written.shrink_to_fit();
        self.places.close();
        self.employers.close();
        let hashes = |texts: &Interner| -> Vec<u64> { texts.all().map(hash).collect() };
        let places = hashes(&self.places);
        let place = |number: u32| places.get(number as usize).copied().unwrap_or(0);
        let near =
            |row: &Row| place(row.regency) >> 40 << 40 | place(row.village) >> 44 << 20 | u64::from(row.plain) >> 12;
        let ids = by_text(&self.ids);
        let mut ranks = vec![0; ids.len()];
        (0_u32..).zip(&ids).for_each(|(rank, at)| ranks[*at as usize] = rank);
        let mut keyed: Vec<(u64, u32)> = self.rows.iter().map(near).zip(ranks).collect();
        keyed.sort_unstable();
        self.order = keyed.iter().map(|(_, rank)| ids[*rank as usize]).collect();
        self.by_id = vec![0; ids.len()];
        (0_u32..).zip(&keyed).for_each(|(row, (_, rank))| self.by_id[*rank as usize] = row);
        self.rows = self.order.iter().map(|at| self.rows[*at as usize]).collect();
    }

    /// The `rec_id` of a row.
    pub fn id(&self, row: u32) -> &[u8] {
        self.ids.get(self.order[row as usize])
    }

    /// For each mention in the order of the file, its row.
    pub fn in_file_order(&self) -> Vec<u32> {
        let mut rows = vec![0; self.order.len()];
        for (row, at) in (0_u32..).zip(&self.order) {
            rows[*at as usize] = row;
        }
        rows
    }

    /// Words of a row's name.
    pub fn words_of(&self, row: &Row) -> &[u32] {
        if row.name == NONE { &[] } else { self.names[row.name as usize].as_slice() }
    }

    /// Bytes held in memory.
    pub fn held(&self) -> usize {
        let texts = [&self.words, &self.places, &self.employers, &self.ids, &self.lists];
        texts.iter().map(|texts| texts.held()).sum::<usize>()
            + self.memos.iter().map(|memo| memo.raw.held() + 4 * memo.numbers.capacity()).sum::<usize>()
            + self.rows.capacity() * size_of::<Row>()
            + self.names.capacity() * size_of::<Words>()
            + self.written.capacity() * WRITTEN_MAX
            + 4 * (self.order.capacity() + self.by_id.capacity())
    }
}

/// Numbers of texts in the order of the texts. Most differ in their first eight bytes.
fn by_text(texts: &Interner) -> Vec<u32> {
    let start = |text: &[u8]| {
        let mut first = [0; 8];
        first.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        u64::from_be_bytes(first)
    };
    let mut keyed: Vec<(u64, u32)> = texts.all().map(start).zip(0..).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| texts.get(a.1).cmp(texts.get(b.1))));
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// What each written text became: most are written many times, and reading one costs more than finding it.
#[derive(Debug, Default)]
struct Memo {
    raw: Interner,
    numbers: Vec<u32>,
}

impl Memo {
    /// The number of a text in its one form; [`NONE`] if nothing of it is left.
    fn of(&mut self, written: &str, texts: &mut Interner, form: impl Fn(&str) -> String) -> u32 {
        if written.is_empty() {
            return NONE;
        }
        let (raw, new) = self.raw.add(written.as_bytes());
        if new {
            let text = form(written);
            self.numbers.push(if text.is_empty() { NONE } else { texts.add(text.as_bytes()).0 });
        }
        self.numbers[raw as usize]
    }
}

/// Words of `data/common_words.tsv`, with their shares.
fn common_words(words: &mut Interner) -> Vec<(u32, f32)> {
    let mut shares = Vec::new();
    for line in include_str!("../data/common_words.tsv").lines() {
        if let Some((Ok(thousandths), list)) = line.split_once('\t').map(|(share, list)| (share.parse::<f32>(), list)) {
            shares.extend(list.split(' ').map(|word| (words.add(fold(word).as_bytes()).0, thousandths / 1_000.0)));
        }
    }
    shares
}

/// Nicknames of `data/nicknames.tsv` that letters alone do not show.
fn nicknames(words: &mut Interner) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for line in include_str!("../data/nicknames.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut forms = line.split_whitespace().map(|form| words.add(fold(form).as_bytes()).0);
        if let Some(name) = forms.next() {
            pairs.extend(forms.map(|nickname| (name, nickname)));
        }
    }
    pairs.sort_unstable();
    pairs
}
