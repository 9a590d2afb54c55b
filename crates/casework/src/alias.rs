//! The name a case goes by among people: a flower and a number. It says nothing about the person (UU 21/2007 art. 44).

/// Flowers and herbs that grow all over the country, none of them used only for one sex or faith.
const FLOWERS: [&str; 48] = [
    "Melati",
    "Kenanga",
    "Cempaka",
    "Anggrek",
    "Teratai",
    "Seruni",
    "Dahlia",
    "Kamboja",
    "Mawar",
    "Flamboyan",
    "Bougenvil",
    "Sedapmalam",
    "Kantil",
    "Tanjung",
    "Soka",
    "Asoka",
    "Alamanda",
    "Lavender",
    "Krisan",
    "Aster",
    "Gardenia",
    "Lotus",
    "Tulip",
    "Begonia",
    "Kemuning",
    "Wijayakusuma",
    "Kemangi",
    "Pandan",
    "Selasih",
    "Cendana",
    "Gaharu",
    "Kenari",
    "Ketapang",
    "Beringin",
    "Cemara",
    "Pinus",
    "Randu",
    "Waru",
    "Bungur",
    "Trembesi",
    "Angsana",
    "Ara",
    "Bidara",
    "Kecubung",
    "Telang",
    "Rosela",
    "Zinia",
    "Lili",
];

/// An alias from four random bytes, such as `Melati-27`. The caller asks again with other bytes if it is taken.
pub fn alias(random: [u8; 4]) -> String {
    let [a, b, c, d] = random;
    let flower = FLOWERS.get(usize::from(a) % FLOWERS.len()).copied().unwrap_or("Melati");
    let number = (u32::from(b) << 16 | u32::from(c) << 8 | u32::from(d)) % 999 + 1;
    format!("{flower}-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_bytes_give_the_same_alias_and_no_flower_stands_twice() {
        assert_eq!(alias([0, 0, 0, 26]), "Melati-27");
        assert_eq!(alias([255; 4]), alias([255; 4]));
        assert_eq!(FLOWERS.iter().collect::<BTreeSet<_>>().len(), FLOWERS.len());
    }
}
