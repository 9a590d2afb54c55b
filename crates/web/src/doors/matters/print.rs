//! The claim on paper, for the agency that protects witnesses and victims: losses, sums, numbered annexes. Names are written by
//! hand: a printout bears the alias alone (UU 21/2007 art. 44).

use super::workbook::{Proofs, claim_of};
use crate::doors::id;
use crate::guard::{Answer, Here, page};
use crate::view::Fact;
use crate::view::staff::matter::{Annex, ClaimPrint, LossLine};
use crate::words_of;
use axum::extract::{Path, RawQuery};
use base::{CaseId, Problem};
use casework::matter::{Loss, LossKind, Proof};
use desk::Deed;
use desk::matters::along;

/// `GET /kasus/{id}/restitusi/cetak`
pub async fn claim(here: Here, Path(case): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let case: CaseId = id(&case)?;
    let (mut view, stored) = crate::doors::case(&here, case, Deed::SeeMatters).await?;
    let no = claim_of(&stored, query.as_deref()).ok_or_else(|| Problem::new("web.not-found"))?;
    let kept = stored.matter.claims.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let proofs = Proofs::of(&here, &stored, &along(&mut view, &stored).await?);
    let t = here.t.words();
    let losses = stored.matter.losses_of(no);
    let mut annexes: Vec<&Proof> = Vec::new();
    for proof in losses.iter().flat_map(|(_, loss)| &loss.proofs) {
        if !annexes.contains(&proof) {
            annexes.push(proof);
        }
    }
    let numbers = |loss: &Loss| {
        let of = |proof: &Proof| annexes.iter().position(|known| *known == proof).map(|at| (at + 1).to_string());
        let found: Vec<String> = loss.proofs.iter().filter_map(of).collect();
        if found.is_empty() { t.print_no_annex().to_owned() } else { here.t.print_annexes_of(found.join(", ")) }
    };
    let line = |(_, loss): &(u16, &Loss)| LossLine {
        kind: words_of::matter::loss(t, loss.kind).to_owned(),
        what: loss.what.expose().clone(),
        sum: loss.sum.to_string(),
        how: loss.how.expose().clone(),
        proof: numbers(loss),
    };
    let book = stored.matter.workbook(no);
    let sums = book.kinds.iter().map(|(kind, sum)| Fact::new(words_of::matter::loss(t, *kind), sum.to_string()));
    let annex = |(at, proof): (usize, &&Proof)| Annex { no: at + 1, name: proofs.name(&here, proof) };
    page(&ClaimPrint {
        back: format!("/kasus/{case}/restitusi?permohonan={no}"),
        heading: here.t.print_heading(words_of::matter::claim_kind(t, kept.kind)),
        alias: stored.listed_as().to_owned(),
        about: kept.about.expose().clone(),
        from: here.web.desk.me.title.clone(),
        printed_on: here.day(here.web.now()),
        losses: losses.iter().filter(|(_, loss)| loss.kind != LossKind::Debt).map(line).collect(),
        debts: losses.iter().filter(|(_, loss)| loss.kind == LossKind::Debt).map(line).collect(),
        sums: sums.collect(),
        total: book.total.to_string(),
        annexes: annexes.iter().enumerate().map(annex).collect(),
        t: here.t.clone(),
    })
}
