//! Every statement, once. Placeholders stand in the order of their numbers, so that both engines count them alike.

/// One statement and its place in the list, by which an engine keeps it prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Place in [`ALL`].
    pub number: usize,
    /// The text.
    pub sql: &'static str,
}

macro_rules! event {
    ($rest:literal) => {
        concat!(
            "SELECT seq, stream, stream_kind, ver, kind, kind_v, act, actor, at, request, grounds, trace, key, hash, ",
            "link, body FROM event ",
            $rest
        )
    };
}

macro_rules! item {
    ($rest:literal) => {
        concat!("SELECT shelf, part, key, due, sealed_by, body FROM shelf ", $rest)
    };
}

macro_rules! ring {
    ($rest:literal) => {
        concat!("SELECT id, subject, class, parent, generation, wrapped, made_at FROM ring ", $rest)
    };
}

macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the list")]
        enum Number { $($name),* }

        $(
            #[doc = $sql]
            pub const $name: Statement = Statement { number: Number::$name as usize, sql: $sql };
        )*

        /// The list.
        pub static ALL: &[Statement] = &[$($name),*];
    };
}

statements! {
    META = "SELECT value FROM meta WHERE name = $1";
    PUT_META = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    HEAD = "SELECT seq, link, at FROM event ORDER BY seq DESC LIMIT 1";
    LAST_OF = "SELECT ver, hash FROM event WHERE stream = $1 ORDER BY ver DESC LIMIT 1";
    EVENTS = event!("WHERE stream = $1 AND ver > $2 ORDER BY ver LIMIT $3");
    JOURNAL = event!("WHERE seq > $1 ORDER BY seq LIMIT $2");
    JOURNAL_BEFORE = event!("WHERE seq < $1 ORDER BY seq DESC LIMIT $2");
    ADD_EVENT = "INSERT INTO event (seq, stream, stream_kind, ver, kind, kind_v, act, actor, at, request, grounds, \
        trace, key, hash, link, body) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING";

    KEY = ring!("WHERE id = $1");
    KEYS_OF = ring!("WHERE subject = $1 ORDER BY id LIMIT $2");
    PUT_KEY = "INSERT INTO ring (id, subject, class, parent, generation, wrapped, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, \
        class = excluded.class, parent = excluded.parent, generation = excluded.generation, \
        wrapped = excluded.wrapped, made_at = excluded.made_at";
    DELETE_KEYS = "DELETE FROM ring WHERE subject = $1";

    ITEM = item!("WHERE shelf = $1 AND part = $2 AND key = $3");
    ITEMS_UP = item!("WHERE shelf = $1 AND part = $2 ORDER BY key LIMIT $3");
    ITEMS_UP_AFTER = item!("WHERE shelf = $1 AND part = $2 AND key > $3 ORDER BY key LIMIT $4");
    ITEMS_DOWN = item!("WHERE shelf = $1 AND part = $2 ORDER BY key DESC LIMIT $3");
    ITEMS_DOWN_AFTER = item!("WHERE shelf = $1 AND part = $2 AND key < $3 ORDER BY key DESC LIMIT $4");
    DUE = item!("WHERE shelf = $1 AND due <= $2 ORDER BY due, part, key LIMIT $3");
    NEXT_DUE = "SELECT due FROM shelf WHERE shelf = $1 AND due IS NOT NULL ORDER BY due LIMIT 1";
    COUNT = "SELECT count(*) FROM (SELECT 1 FROM shelf WHERE shelf = $1 AND part = $2 LIMIT $3) AS found";
    PUT_ITEM = "INSERT INTO shelf (shelf, part, key, due, sealed_by, body) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (shelf, part, key) DO UPDATE SET due = excluded.due, sealed_by = excluded.sealed_by, \
        body = excluded.body";
    DELETE_ITEM = "DELETE FROM shelf WHERE shelf = $1 AND part = $2 AND key = $3";
    DELETE_SHELVES = "DELETE FROM shelf WHERE shelf >= $1 AND shelf <= $2";

    REQUEST = "SELECT id, digest, act, seq, at FROM request WHERE id = $1";
    PUT_REQUEST = "INSERT INTO request (id, digest, act, seq, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    DELETE_REQUESTS = "DELETE FROM request WHERE at < $1";

    CHECKPOINTS = "SELECT era, n, signer, link, at, signed FROM checkpoint WHERE era = $1 AND n > $2 \
        ORDER BY n, signer LIMIT $3";
    ALL_META = "SELECT name, value FROM meta WHERE name > $1 ORDER BY name LIMIT $2";
    ALL_KEYS = ring!("WHERE id > $1 ORDER BY id LIMIT $2");
    ALL_ITEMS = item!("WHERE (shelf, part, key) > ($1, $2, $3) ORDER BY shelf, part, key LIMIT $4");
    ALL_REQUESTS = "SELECT id, digest, act, seq, at FROM request WHERE id > $1 ORDER BY id LIMIT $2";
    ALL_CHECKPOINTS = "SELECT era, n, signer, link, at, signed FROM checkpoint WHERE (era, n, signer) > ($1, $2, $3) \
        ORDER BY era, n, signer LIMIT $4";
    ADD_CHECKPOINT = "INSERT INTO checkpoint (era, n, signer, link, at, signed) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT DO NOTHING";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn placeholders_first_stand_in_the_order_of_their_numbers() {
        for statement in ALL {
            let mut highest = 0;
            for part in statement.sql.split('$').skip(1) {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                let number: usize = digits.parse().unwrap();
                assert!(number <= highest + 1, "{}", statement.sql);
                highest = highest.max(number);
            }
        }
    }

    #[test]
    fn every_list_has_a_limit() {
        for statement in ALL.iter().filter(|s| s.sql.starts_with("SELECT") && s.sql.contains("ORDER BY")) {
            assert!(statement.sql.contains("LIMIT"), "{}", statement.sql);
        }
    }
}
