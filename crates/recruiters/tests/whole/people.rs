//! Made-up people, and what reports in several districts write about them. Truth is known. The slips here are written
//! from how people mishear, mistype and shorten, not from the tables of the engine.

use std::fmt::Write;

/// Numbers from a seed.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x9e37_79b9)
    }

    pub fn below(&mut self, top: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % top
    }

    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// The first are met far more often than the last, as with real names.
    fn common<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let (a, b) = (self.below(of.len()), self.below(of.len()));
        of[a * b / of.len()]
    }
}

const MEN: &[&str] = &[
    "agus",
    "budi",
    "slamet",
    "joko",
    "hendra",
    "dedi",
    "wahyu",
    "rudi",
    "asep",
    "ujang",
    "ahmad",
    "yusuf",
    "ridwan",
    "saiful",
    "suparman",
    "gunawan",
    "mulyadi",
    "kusnadi",
    "supriyadi",
    "johan",
    "yohanes",
    "petrus",
    "lalu",
    "zainal",
    "syamsul",
    "taufik",
    "firman",
    "kadir",
    "burhan",
    "jumadi",
    "darsono",
    "karto",
    "wiryo",
    "sutarno",
    "cahyadi",
    "fajar",
];
const WOMEN: &[&str] = &[
    "siti",
    "nur",
    "sri",
    "dewi",
    "ratna",
    "yuni",
    "rina",
    "fitri",
    "aminah",
    "maryam",
    "halimah",
    "sumiati",
    "kartini",
    "yuliana",
    "maria",
    "nurhayati",
    "baiq",
    "indah",
    "lestari",
    "wulan",
    "khotimah",
    "rohani",
    "juwita",
    "sulastri",
];
const LAST: &[&str] = &[
    "saputra", "santoso", "wijaya", "kusuma", "nugroho", "hidayat", "permana", "maulana", "siregar", "nasution",
    "lubis", "benu", "tefa", "nope", "manek", "seran", "subagja", "effendi", "wirawan", "sudrajat", "iskandar",
    "mustofa", "hakim", "basri", "ramadhan", "setiadi", "hartono", "suwandi", "junaedi", "tobing", "fallo", "bria",
    "adu", "lay",
];
const PLACES: &[(&str, &str)] = &[
    ("Batam", "2171"),
    ("Sukabumi", "3202"),
    ("Indramayu", "3212"),
    ("Kupang", "5301"),
    ("Lombok Timur", "5203"),
    ("Cianjur", "3203"),
];
const HEAR: &[(&str, &str)] = &[
    ("u", "oe"),
    ("j", "dj"),
    ("c", "tj"),
    ("y", "j"),
    ("f", "p"),
    ("z", "j"),
    ("sy", "s"),
    ("kh", "h"),
    ("d", "t"),
    ("a", "o"),
    ("i", "e"),
    ("h", ""),
    ("m", "mm"),
    ("s", "ss"),
    ("ai", "ay"),
    ("w", "u"),
    ("n", "nn"),
    ("o", "u"),
];
const KEYS: &str = "qwertyuiopasdfghjklzxcvbnm";
const MUHAMMADS: &[&str] = &["Muhammad", "Moh.", "Muh", "M.", "Mochamad", "Mohd"];

struct Person {
    names: Vec<&'static str>,
    muhammad: bool,
    woman: bool,
    alias: String,
    phones: Vec<String>,
    nik: String,
    born: (usize, usize, usize),
    village: String,
    place: usize,
    employer: String,
}

fn person(dice: &mut Dice) -> Person {
    let woman = dice.percent(40);
    let mut names = vec![dice.common(if woman { WOMEN } else { MEN })];
    for _ in 0..[0, 1, 1, 2][dice.below(4)] {
        names.push(dice.common(LAST));
    }
    let born = (1955 + dice.below(50), 1 + dice.below(12), 1 + dice.below(28));
    let place = dice.below(PLACES.len());
    let day = born.2 + if woman { 40 } else { 0 };
    let nik = format!(
        "{}{:02}{day:02}{:02}{:02}{:04}",
        PLACES[place].1,
        1 + dice.below(20),
        born.1,
        born.0 % 100,
        1 + dice.below(9_999)
    );
    let alias = if dice.percent(40) { names[0][names[0].len().saturating_sub(4)..].to_owned() } else { String::new() };
    let phones =
        (0..=dice.below(2)).map(|_| format!("8{:02}{:08}", 11 + dice.below(80), dice.below(100_000_000))).collect();
    let (first, last) = (
        ["suka", "karang", "tanjung", "muara", "batu", "oe"],
        ["mulya", "sari", "baru", "lor", "rejo", "bela", "agung"],
    );
    let village = format!("{}{}{}", dice.one(&first), dice.one(&["", " "]), dice.one(&last));
    let company =
        (["karya", "sinar", "duta", "mega", "bina"], ["mandiri", "abadi", "bahari", "sentosa", "persada", "utama"]);
    let employer =
        if dice.percent(30) { format!("PT {} {}", dice.one(&company.0), dice.one(&company.1)) } else { String::new() };
    Person { names, muhammad: !woman && dice.percent(15), woman, alias, phones, nik, born, village, place, employer }
}

fn misheard(dice: &mut Dice, word: &str) -> String {
    let (from, to) = HEAR[dice.below(HEAR.len())];
    word.replacen(from, to, 1)
}

fn mistyped(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.below(letters.len());
    match dice.below(4) {
        0 if letters.len() > 3 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at > 0 => letters.swap(at, at - 1),
        _ => letters[at] = KEYS.chars().nth(dice.below(26)).unwrap(),
    }
    letters.into_iter().collect()
}

fn name(dice: &mut Dice, person: &Person) -> String {
    let mut words: Vec<String> = person.names.iter().map(|word| (*word).to_owned()).collect();
    for word in &mut words {
        if dice.percent(15) {
            *word = misheard(dice, word);
        }
        if dice.percent(6) {
            *word = mistyped(dice, word);
        }
    }
    match dice.below(20) {
        0 | 1 if words.len() > 1 => drop(words.pop()),
        2 if words.len() > 1 => words.reverse(),
        3 if words.len() > 1 => words = vec![words.concat()],
        _ => {}
    }
    if person.muhammad && dice.percent(80) {
        words.insert(0, dice.one(MUHAMMADS).to_owned());
    }
    if dice.percent(10) {
        words.insert(0, dice.one(if person.woman { &["Ibu", "Hj.", "Bu"] } else { &["Pak", "H.", "Bang"] }).to_owned());
    }
    let name = words.join(" ");
    if dice.percent(30) { name.to_uppercase() } else { name }
}

fn phone(dice: &mut Dice, phone: &str) -> String {
    let mut digits = phone.to_owned();
    if dice.percent(5) {
        let at = 4 + dice.below(digits.len() - 4);
        digits.replace_range(at..=at, &dice.below(10).to_string());
    }
    match dice.below(4) {
        0 => format!("0{digits}"),
        1 => format!("+62 {}-{}", &digits[..3], &digits[3..]),
        2 => format!("62{digits}"),
        _ => format!("0{} {} {}", &digits[..3], &digits[3..7], &digits[7..]),
    }
}

fn mention(dice: &mut Dice, person: &Person, id: usize, out: &mut String) {
    let (year, month, day) = person.born;
    let born = match dice.below(20) {
        0 => format!("{year}-01-01"),
        1 if day <= 12 => format!("{year}-{day:02}-{month:02}"),
        2 => format!("{}-{month:02}-{day:02}", year - 1 - dice.below(3)),
        3..=9 => format!("{day:02}/{month:02}/{year}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    };
    let mut nik = person.nik.clone();
    if dice.percent(10) {
        let at = dice.below(16);
        nik.replace_range(at..=at, &dice.below(10).to_string());
    }
    let village = if dice.percent(10) { mistyped(dice, &person.village) } else { person.village.clone() };
    let village = format!("{}{village}", dice.one(&["", "Desa ", "Kel. "]));
    let written = name(dice, person);
    let alias = if dice.percent(50) { person.alias.clone() } else { String::new() };
    let number = person.phones[dice.below(person.phones.len())].clone();
    let number = phone(dice, &number);
    let mut maybe = |share: usize, text: &str| if dice.percent(share) { text.to_owned() } else { String::new() };
    let fields = [
        maybe(60, &number),
        maybe(35, &nik),
        maybe(55, &born),
        maybe(95, if person.woman { "P" } else { "L" }),
        maybe(70, &village),
        maybe(85, PLACES[person.place].0),
        maybe(60, &person.employer),
    ];
    writeln!(out, "r{id},BATAM,posko,{written},{alias},{}", fields.join(",")).unwrap();
}

/// A file of so many mentions, and for each the number of its person.
pub fn mentions(rows: usize, seed: u64) -> (String, Vec<u32>) {
    let mut dice = Dice::new(seed);
    let mut text = "rec_id,district,source,name,alias,phone,nik,birth_date,sex,village,regency,employer\n".to_owned();
    let (mut truth, mut known): (Vec<u32>, Vec<Person>) = (Vec::new(), Vec::new());
    while truth.len() < rows {
        let again = !known.is_empty() && dice.percent(40);
        let number = if again { dice.below(known.len()) } else { known.len() };
        if !again {
            let mut new = person(&mut dice);
            if let Some(kin) = known.last().filter(|_| dice.percent(6)) {
                // Kin: one village, one phone, one last name.
                (new.village, new.place, new.phones) = (kin.village.clone(), kin.place, kin.phones.clone());
                new.names = vec![new.names[0], kin.names[kin.names.len() - 1]];
            }
            known.push(new);
        }
        mention(&mut dice, &known[number], truth.len(), &mut text);
        truth.push(u32::try_from(number).unwrap());
    }
    (text, truth)
}

/// Precision and recall of pairs, from two groupings of the same rows.
pub fn pairs(truth: &[u32], groups: &[u32]) -> (f64, f64) {
    let count = |mut keys: Vec<(u32, u32)>| {
        keys.sort_unstable();
        let pairs = keys.chunk_by(|a, b| a == b).map(|same| same.len() * (same.len() - 1) / 2).sum::<usize>();
        f64::from(u32::try_from(pairs).unwrap())
    };
    let both = count(truth.iter().copied().zip(groups.iter().copied()).collect());
    let found = count(groups.iter().map(|group| (*group, 0)).collect());
    let right = count(truth.iter().map(|person| (*person, 0)).collect());
    (both / found.max(1.0), both / right.max(1.0))
}
