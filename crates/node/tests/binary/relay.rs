//! The relay as a process: its key stays the same, and it is not made where a node lives.

use crate::run::{Folder, free_port};

#[test]
fn a_relay_keeps_its_key_and_is_not_made_in_the_folder_of_a_node() {
    let folder = Folder::new();
    folder.found();
    let refused = folder.run(&["relay", "n"]);
    assert!(refused.code == Some(2) && refused.err.contains("node.folder-taken"), "{refused:?}");
    let port = free_port();
    let (first, address) = folder.relay(port);
    assert_eq!(first.terminate(), Some(0));
    let (second, again) = folder.relay(port);
    assert_eq!((second.terminate(), again), (Some(0), address));
    let toml = String::from_utf8(folder.read("n/simpul.toml")).unwrap();
    folder.write("n/simpul.toml", toml.replace("relays = []", "relays = [\"http://relai\"]"));
    let refused = folder.run(&["serve", "n", "--passphrase-file", "frasa"]);
    assert!(refused.err.contains("node.bad-relay"), "{refused:?}");
}
