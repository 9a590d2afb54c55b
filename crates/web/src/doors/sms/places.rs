//! A place as people write it: its code, or its name with or without "kota" and "kabupaten".

use base::Place;
use base::places::{PROVINCES, REGENCIES};
use base::text::match_key;

/// Places that a message may mean, at most so many.
const FOUND_MAX: usize = 4;

/// The places that are meant, by their code, by their whole name, by their name alone, or by its beginning.
pub fn meant(text: &str) -> Vec<Place> {
    if let Ok(place) = Place::parse(text.trim()) {
        return known(&place).then_some(place).into_iter().collect();
    }
    let wanted = bare(&match_key(text));
    if wanted.is_empty() {
        return Vec::new();
    }
    let whole = match_key(text);
    let names = || {
        let regencies = REGENCIES.iter().map(|regency| (regency.code.as_str(), match_key(&regency.name)));
        regencies.chain(PROVINCES.iter().map(|(code, name)| (code.as_str(), match_key(name))))
    };
    let by = |fits: &dyn Fn(&str) -> bool| -> Vec<Place> {
        let codes = names().filter(|(_, name)| fits(name)).take(FOUND_MAX).map(|(code, _)| Place::parse(code));
        codes.filter_map(Result::ok).collect()
    };
    let tries: [&dyn Fn(&str) -> bool; 3] =
        [&|name| name == whole && name != wanted, &|name| bare(name) == wanted, &|name| {
            bare(name).starts_with(&wanted)
        }];
    tries.into_iter().map(by).find(|found| !found.is_empty()).unwrap_or_default()
}

/// A province or a regency of the country.
fn known(place: &Place) -> bool {
    let is_province = PROVINCES.iter().any(|(code, _)| code == place.code());
    is_province || place.regency().is_some_and(|regency| regency.code == place.code())
}

/// A name without its kind.
fn bare(name: &str) -> String {
    let kinds = ["kota administrasi ", "kabupaten administrasi ", "kota ", "kabupaten ", "kab ", "provinsi ", "prov "];
    kinds.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regency_is_found_by_its_code_and_its_name_and_two_of_one_name_are_both_shown() {
        for regency in REGENCIES.iter() {
            let by_code: Vec<String> = meant(&regency.code).iter().map(|place| place.code().to_owned()).collect();
            assert_eq!(by_code, [regency.code.as_str()]);
            assert!(meant(&regency.name).iter().any(|place| place.code() == regency.code), "{}", regency.name);
        }
        let codes = |text| meant(text).iter().map(|place| place.code().to_owned()).collect::<Vec<_>>();
        assert_eq!(codes("batam"), ["21.71"]);
        assert_eq!(codes("Kota BATAM."), ["21.71"]);
        assert_eq!(codes("bandung"), ["32.04", "32.73"]);
        assert_eq!(codes("kota bandung"), ["32.73"]);
        assert_eq!(codes("lombok tim"), ["52.03"]);
        for nowhere in ["", "99", "21.99", "atlantis", "21.71.01"] {
            assert!(meant(nowhere).is_empty(), "{nowhere}");
        }
    }
}
