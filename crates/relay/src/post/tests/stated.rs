use super::*;
use desk::mail::entry;
use desk::partners::stated;
use seal::cbor::Value;

fn item(format: u8, text: &str) -> Value {
    Value::fields([(1, Some(Value::uint(format))), (2, Some(Value::text(text)))])
}

async fn state(node: &Node, at: (u8, [u8; 16]), item: Value) -> Result<(), desk::Error> {
    let mut tx = begin(&node.post).await;
    stated::put(&mut tx, at, &item).await?;
    tx.commit().await.unwrap();
    Ok(())
}

/// What `at` knows that `of` states in a format.
async fn known(at: &Node, of: &Node, format: u8) -> Vec<Value> {
    let mut view = at.post.store().read(at.post.now()).await.unwrap();
    let row = entry(&mut view, of.id()).await.unwrap().unwrap();
    stated::in_entry(&seal::entry::stated_in(&row.signed.0).unwrap(), format).cloned().collect()
}

#[test]
fn what_a_node_states_reaches_its_partners_and_so_does_its_end() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        state(&batam, (stated::SERVICE, [1; 16]), item(1, "rumah aman")).await.unwrap();
        state(&batam, (stated::LEGAL_BODY, [2; 16]), item(2, "lembaga bantuan hukum")).await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await, [item(1, "rumah aman")]);
        assert_eq!(known(&lotim, &batam, stated::LEGAL_BODY).await, [item(2, "lembaga bantuan hukum")]);
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        let own = crate::keys::own_entry(&mut view).await.unwrap().unwrap();
        drop(view);
        assert_eq!((own.stated().serial, own.stated().services.len()), (batam.entry.stated().serial + 1, 2));
        assert!(batam.out().await.is_empty(), "nothing new, nothing sent");

        let mut tx = begin(&batam.post).await;
        stated::remove(&mut tx, (stated::SERVICE, [1; 16])).await.unwrap();
        tx.commit().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await, []);
        assert_eq!(known(&lotim, &batam, stated::LEGAL_BODY).await.len(), 1);
    });
}

#[test]
fn what_a_locked_node_stated_before_goes_once_it_is_open() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        state(&batam, (stated::SERVICE, [1; 16]), item(1, "rumah aman")).await.unwrap();
        batam.lock();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await, []);
        batam.unlock(&clock).await;
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await.len(), 1);
    });
}

#[test]
fn an_entry_never_grows_over_what_a_partner_reads() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let mut refused = None;
        for n in 0..10_u8 {
            let stated = state(&batam, (stated::SERVICE, [n; 16]), item(1, &"a".repeat(4_000))).await;
            refused = refused.or(stated.err());
        }
        assert_eq!(refused.unwrap().problem().code.0, "stated.too-large");
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await.len(), 6);
        let odd = state(&batam, (stated::LEGAL_BODY, [0; 16]), item(1, "jenis lain")).await;
        assert_eq!(odd.unwrap_err().problem().code.0, "stated.malformed");
    });
}

/// Found in the demo: an entry was on its way to a partner while the next one was signed, and the next was taken for sent.
#[test]
fn what_is_stated_while_the_entry_before_is_on_its_way_goes_after_it() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        state(&batam, (stated::SERVICE, [1; 16]), item(1, "rumah aman")).await.unwrap();
        let on_its_way = batam.post.collect(100).await.unwrap();
        state(&batam, (stated::SERVICE, [2; 16]), item(1, "klinik")).await.unwrap();
        let busy = [lotim.id()].into();
        assert!(batam.post.collect_but(100, &busy).await.unwrap().is_empty());
        let done: Vec<_> = on_its_way.iter().map(|parcel| (parcel.peer, parcel.what, Outcome::Taken)).collect();
        lotim.post.deliver(&on_its_way.into_iter().map(|parcel| parcel.envelope).collect::<Vec<_>>()).await.unwrap();
        batam.post.settle(&done).await.unwrap();
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await.len(), 1);
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(known(&lotim, &batam, stated::SERVICE).await.len(), 2);
    });
}
