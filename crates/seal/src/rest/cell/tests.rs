use super::*;
use base::chance::SeededChance;

fn place() -> Aad {
    Aad::new("simpul/cell/1").text("person").text("card").int(7).null()
}

#[test]
fn a_cell_opens_at_its_place_only() {
    let chance = SeededChance::new(1);
    let key = DataKey::generate(&chance);
    let cell = seal_cell(&key, &place(), b"isi", &chance).unwrap();
    assert_eq!(cell.len(), 3 + CELL_OVERHEAD_BYTES);
    assert_eq!(open_cell(&key, &place(), &cell).unwrap().as_slice(), b"isi");
    let elsewhere = Aad::new("simpul/cell/1").text("person").text("card").int(8).null();
    assert_eq!(open_cell(&key, &elsewhere, &cell).unwrap_err().code.0, "cell.sealed");
    assert!(open_cell(&DataKey::generate(&chance), &place(), &cell).is_err());
}

#[test]
fn no_flipped_bit_and_no_cut_opens() {
    let chance = SeededChance::new(2);
    let key = DataKey::generate(&chance);
    let cell = seal_cell(&key, &place(), b"isi", &chance).unwrap();
    for at in 0..cell.len() {
        let mut bad = cell.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(open_cell(&key, &place(), &bad).is_err());
        assert!(open_cell(&key, &place(), &cell[..at]).is_err());
    }
}

#[test]
fn parts_cannot_be_shifted_between_one_another() {
    let bytes = |aad: Aad| aad.finish().unwrap().to_vec();
    assert_ne!(bytes(Aad::new("d").text("ab").text("c")), bytes(Aad::new("d").text("a").text("bc")));
    assert_ne!(bytes(Aad::new("d").text("")), bytes(Aad::new("d").null()));
    assert_eq!(bytes(Aad::new("d").int(1).null()), [0, 1, b'd', 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
    assert!(Aad::new("d").bytes(&vec![0; 65_535]).finish().is_err());
}

#[test]
fn a_wrapped_key_is_73_bytes_and_comes_back() {
    let chance = SeededChance::new(3);
    let (parent, key) = (DataKey::generate(&chance), DataKey::generate(&chance));
    let aad = Aad::wrapped_key(key.id(), &[1; 16], "casework", parent.id());
    let wrapped = wrap_key(&parent, &aad, &key, &chance).unwrap();
    assert_eq!(wrapped.len(), WRAPPED_KEY_BYTES);
    assert!(unwrap_key(&parent, &aad, &wrapped).unwrap() == key);
    let other = Aad::wrapped_key(key.id(), &[1; 16], "intel", parent.id());
    assert!(unwrap_key(&parent, &other, &wrapped).is_err());
}
