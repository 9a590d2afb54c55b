//! The whole map, grouped by who uses it. Paths are Indonesian; acts are nouns; no GET changes staff data.

use crate::doors::{
    about, account, aid, alike, along, anonymous, assets, body, boxes, bring, calendar, case, check, concerns,
    conference, consents, corridor, counts, day, documents, drill, erasure, fields, file, filters, guest_door, guests,
    guide, health, help, insight, intake, journal, keys, matters, mou, nodes, notes, officers, paket, passkey,
    protection, recruiters, referral, registers, report, reporting, reports_list, rights, rights_door, saku, screening,
    services, share, shut, sign_in, slip, sms, start, step, talk, upload, version, weigh, work, writing,
};
use crate::guard::{FILE_POST_BYTES_MAX, Fail, guard};
use crate::state::WebState;
use crate::view::localised;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::routing::{get, head, post, put};
use base::{Lang, Problem};
use tower_http::catch_panic::CatchPanicLayer;

/// All pages of a node.
pub fn router(state: WebState) -> Router {
    let routes = doors()
        .merge(public())
        .merge(by_link())
        .merge(at_the_door())
        .merge(lists())
        .merge(cases())
        .merge(matters_of())
        .merge(recruiters_of())
        .merge(sharing())
        .merge(network());
    guarded(routes, state)
}

/// The pages of a public window: nobody signs in here, and no door of staff is there.
pub fn public_router(state: WebState) -> Router {
    guarded(doors().merge(public()), state)
}

fn guarded(routes: Routes, state: WebState) -> Router {
    let panicked = |_| Fail::from(Problem::new("web.fault")).into_response();
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(FILE_POST_BYTES_MAX))
        .layer(axum::middleware::from_fn_with_state(state.clone(), guard))
        .with_state(state)
}

/// The public pages alone: the list of the pocketbook asks them for what a phone keeps.
pub(crate) fn pocketbook_pages(state: WebState) -> Router {
    public().layer(axum::middleware::from_fn_with_state(state.clone(), guard)).with_state(state)
}

type Routes = Router<WebState>;

/// Public pages, in each language under its own prefix.
fn public() -> Routes {
    let mut routes = Router::new();
    for lang in Lang::ALL {
        let at = |path: &str| localised(lang, path);
        routes = routes
            .route(&at("/"), get(start::start))
            .route(&at("/hak"), get(rights_door::index))
            .route(&at("/hak/{topik}"), get(rights_door::right))
            .route(&at("/bantuan"), get(help::index))
            .route(&at("/bantuan/{kode}"), get(help::place))
            .route(&at("/mou"), get(about::mou))
            .route(&at("/data"), get(about::numbers))
            .route(&at("/periksa"), get(check::form))
            .route(&at("/periksa/hasil"), get(check::again).post(check::answer))
            .route(&at("/lapor"), get(anonymous::form).post(anonymous::check))
            .route(&at("/lapor/kata.json"), get(anonymous::words))
            .route(&at("/kirim/laporan"), post(intake::sealed))
            .route(&at("/lapor/kode"), get(anonymous::again).post(anonymous::send))
            .route(&at("/balas"), get(boxes::door).post(boxes::open))
            .route(&at("/balas/pesan"), get(boxes::again).post(boxes::add))
            .route(&at("/balas/tutup"), get(boxes::again).post(boxes::close))
            .route(&at("/saku"), get(saku::start))
            .route(&at("/saku/periksa"), get(screening::form).post(screening::go_on))
            .route(&at("/saku/hasil"), post(screening::result))
            .route(&at("/saku/lapor"), get(reporting::form).post(reporting::send))
            .route(&at("/saku/lapor/isi"), post(reporting::with_answers))
            .route(&at("/saku/slip/{rid}"), get(reporting::slip))
            .route(&at("/saku/kotak"), get(saku::outbox))
            .route(&at("/saku/kata.json"), get(saku::phone_words))
            .route(&at("/saku/catatan.webmanifest"), get(saku::manifest))
            .route(&at("/saku/kontak"), get(guide::contacts))
            .route(&at("/saku/bahasa"), get(guide::speech))
            .route(&at("/saku/cetak"), get(guide::print))
            .route(&at("/saku/panduan"), get(guide::index))
            .route(&at("/saku/panduan/{bab}"), get(guide::chapter));
        for name in ["/tentang", "/keluhan", "/privasi", "/aksesibilitas", "/aman"] {
            routes = routes.route(&at(name), get(about::leaf));
        }
    }
    routes
}

/// What scripts and watchers ask.
fn doors() -> Routes {
    Router::new()
        .route("/keluar-cepat", get(start::leave))
        .route("/data/angka.csv", get(about::csv))
        .route("/data/angka.json", get(about::json))
        .route("/aset/{*name}", get(assets::asset))
        .route("/saku/sw.js", get(assets::worker))
        .route("/saku/paket.json", get(paket::list))
        .route("/saku/paket/kerangka.json", get(paket::frame))
        .route("/saku/paket/isi/{*nama}", get(paket::page_words))
        .route("/saku/paket/{name}", get(paket::questions))
        .route("/saku/klip/{bahasa}/{kunci}", get(guide::clip))
        .route("/kirim/sms", post(sms::callback::bring))
        .route("/kirim/laporan/{rid}", get(intake::read_yet))
        .route("/kirim/berkas/{id}", head(upload::have))
        .route("/kirim/berkas/{id}/{n}", put(upload::chunk))
        .route("/sehat", get(health::health))
        .route("/direktori.json", get(services::public_json))
}

/// What a link opens by itself: the calendar of a program, and the one-time link of a guest, in each language under its own
/// prefix.
fn by_link() -> Routes {
    let mut routes = Router::new().route("/kalender/{berkas}", get(calendar::feed));
    for lang in Lang::ALL {
        let at = |path: &str| localised(lang, path);
        routes = routes
            .route(&at("/l/{tautan}"), get(guest_door::door))
            .route(&at("/l/{tautan}/sandi"), post(guest_door::password))
            .route(&at("/l/{tautan}/kunci/mulai"), post(guest_door::begin))
            .route(&at("/l/{tautan}/kunci"), post(guest_door::finish));
    }
    routes
}

/// Log-in and one's own account.
fn at_the_door() -> Routes {
    Router::new()
        .route("/masuk", get(sign_in::form).post(sign_in::enter))
        .route("/masuk/kode", get(sign_in::paper_form).post(sign_in::paper))
        .route("/masuk/kunci/mulai", post(passkey::begin_enter))
        .route("/masuk/kunci", post(passkey::enter))
        .route("/buka", post(sign_in::unlock))
        .route("/keluar", post(sign_in::leave))
        .route("/konfirmasi", get(sign_in::step_up_form).post(sign_in::step_up))
        .route("/akun", get(account::account))
        .route("/akun/sesi/{id}/akhir", post(account::end_session))
        .route("/akun/bahasa", post(account::language))
        .route("/akun/kalender", get(calendar::form).post(calendar::make))
        .route("/akun/kalender/akhir", post(calendar::end))
        .route("/akun/kunci/mulai", post(passkey::begin_enrol))
        .route("/akun/kunci", post(passkey::enrol))
}

/// The day, reports, lists.
fn lists() -> Routes {
    Router::new()
        .route("/hari-ini", get(day::today))
        .route("/laporan", get(reports_list::list))
        .route("/laporan/slip", post(slip::find))
        .route("/laporan/berkas", post(bring::bring))
        .route("/laporan/{id}", get(report::report))
        .route("/laporan/{id}/kontak", post(report::contact))
        .route("/laporan/{id}/slip", get(slip::slip))
        .route("/laporan/{id}/jawaban", post(talk::reply))
        .route("/laporan/{id}/jawaban/dibaca", post(talk::hear))
        .route("/laporan/{id}/tautan", post(alike::link))
        .route("/laporan/{id}/bukan", post(alike::apart))
        .route("/laporan/{id}/kasus", post(report::open_case))
        .route("/laporan/{id}/penutupan", post(report::close))
        .route("/laporan/{id}/kegentingan", post(weigh::weigh))
        .route("/laporan/{id}/berkas/{file}", post(file::open))
        .route("/laporan/{id}/berkas/{file}/asli", post(file::original))
        .route("/kasus", get(day::cases))
        .route("/kasus/cari", post(day::search))
        .route("/konferensi", get(conference::list))
        .route("/kasus/saringan", get(filters::list).post(filters::keep))
        .route("/kasus/saringan/{kunci}/penghapusan", post(filters::drop_it))
        .route("/tulisan/{nama}", get(writing::show))
        .route("/tulisan/{nama}/pembuangan", post(writing::drop_it))
}

/// One case.
fn cases() -> Routes {
    Router::new()
        .route("/kasus/{id}", get(case::case))
        .route("/kasus/{id}/langkah/{s}", get(step::step))
        .route("/kasus/{id}/langkah/{s}/selesai", post(step::finish))
        .route("/kasus/{id}/langkah/{s}/jawaban", post(step::otherwise))
        .route("/kasus/{id}/langkah/{s}/dasar", post(step::without_consent))
        .route("/kasus/{id}/langkah/{s}/ambil", post(step::take))
        .route("/kasus/{id}/langkah/{s}/jeda", post(step::pause))
        .route("/kasus/{id}/langkah/{s}/lanjut", post(step::resume))
        .route("/kasus/{id}/klasifikasi", get(work::classify_form).post(work::classify))
        .route("/kasus/{id}/penugasan", get(work::assign_form).post(work::assign))
        .route("/kasus/{id}/triase", get(work::triage_form).post(work::triage))
        .route("/kasus/{id}/penapisan", get(work::screening_form).post(work::screening))
        .route("/kasus/{id}/putusan", get(work::presumption_form).post(work::decide))
        .route("/kasus/{id}/isian", get(fields::form).post(fields::fields))
        .route("/kasus/{id}/isian/{orang}", get(fields::person_form).post(fields::person_fields))
        .route("/kasus/{id}/penutupan", get(work::close_form).post(work::close))
        .route("/kasus/{id}/konferensi", get(conference::one).post(conference::decide))
        .route("/kasus/{id}/catatan", get(notes::notes).post(notes::add))
        .route("/kasus/{id}/akses", get(notes::access))
        .route("/kasus/{id}/berkas", get(documents::list).post(documents::add))
        .route("/kasus/{id}/berkas/{file}", get(documents::one).post(documents::open))
        .route("/kasus/{id}/berkas/{file}/asli", post(documents::original))
        .route("/kasus/{id}/berkas/{file}/penghapusan", post(documents::remove))
        .route("/kasus/{id}/petugas", get(shut::form).post(shut::decide))
        .route("/kasus/{id}/darurat", get(shut::need_form).post(shut::open))
        .route("/kasus/{id}/hak", get(rights::list).post(rights::take))
        .route("/kasus/{id}/hak/{no}", get(rights::one))
        .route("/kasus/{id}/hak/{no}/tinjauan", post(rights::review))
        .route("/kasus/{id}/hak/{no}/jawaban", post(rights::answer))
        .route("/kasus/{id}/hak/{no}/salinan", post(rights::copied))
        .route("/kasus/{id}/pembatasan", post(rights::lift))
        .route("/kasus/{id}/penghapusan", get(erasure::form).post(erasure::decide))
        .route("/kasus/{id}/penahanan", post(erasure::hold))
        .route("/kasus/{id}/pedoman", get(version::form).post(version::decide))
        .route("/kasus/{id}/kontak", post(work::contact))
        .route("/kasus/{id}/sandi", get(work::shield_form).post(work::shield))
        .route("/kasus/{id}/persetujuan", get(consents::list).post(consents::give))
        .route("/kasus/{id}/persetujuan/{c}/penarikan", post(consents::withdraw))
        .route("/kasus/{id}/identitas", get(case::identity_form).post(case::identity))
        .route("/kasus/{id}/identitas/isi", post(case::identity_fields))
        .route("/kasus/{id}/orang", get(case::people).post(case::add_person))
        .route("/kasus/{id}/tamu", get(guests::list).post(guests::let_in))
        .route("/kasus/{id}/tamu/{petugas}/tautan", post(guests::renew))
        .route("/kasus/{id}/tamu/{petugas}/akhir", post(guests::end))
        .route("/kasus/{id}/penasihat/benturan", post(guests::own::conflict))
        .route("/kasus/{id}/penasihat/identitas", post(guests::own::identity))
        .route("/kasus/{id}/penasihat/berkas/{file}", post(guests::own::document))
        .route("/kasus/{id}/penasihat/selesai", post(guests::own::leave))
}

/// Matters of counsel.
fn matters_of() -> Routes {
    use matters::{attorney, claims, hearings, list, page, print, time, workbook};
    Router::new()
        .route("/perkara", get(list::list))
        .route("/perkara/waktu", get(time::newest))
        .route("/perkara/waktu/{triwulan}", get(time::of_quarter))
        .route("/rujukan/{id}/perkara", post(page::open))
        .route("/kasus/{id}/perkara", get(page::one))
        .route("/kasus/{id}/perkara/kuasa", get(attorney::new).post(attorney::give))
        .route("/kasus/{id}/perkara/kuasa/{no}", get(attorney::one).post(attorney::end))
        .route("/kasus/{id}/perkara/pengganti", get(attorney::replace_form).post(attorney::replace))
        .route("/kasus/{id}/perkara/sidang", get(hearings::new).post(hearings::set))
        .route("/kasus/{id}/perkara/sidang/{no}", get(hearings::one))
        .route("/kasus/{id}/perkara/sidang/{no}/hasil", post(hearings::told))
        .route("/kasus/{id}/perkara/sidang/{no}/pindah", post(hearings::moved))
        .route("/kasus/{id}/perkara/tuntutan", get(claims::new).post(claims::make))
        .route("/kasus/{id}/perkara/tuntutan/{no}", get(claims::one))
        .route("/kasus/{id}/perkara/tuntutan/{no}/pengajuan", post(claims::file))
        .route("/kasus/{id}/perkara/tuntutan/{no}/jawaban", post(claims::answer))
        .route("/kasus/{id}/perkara/tuntutan/{no}/hasil", post(claims::end))
        .route("/kasus/{id}/perkara/waktu", get(time::new).post(time::note))
        .route("/kasus/{id}/perkara/waktu/{no}/penghapusan", post(time::remove))
        .route("/kasus/{id}/restitusi", get(workbook::book).post(workbook::add))
        .route("/kasus/{id}/restitusi/cetak", get(print::claim))
        .route("/kasus/{id}/restitusi/{no}", get(workbook::one).post(workbook::change))
        .route("/kasus/{id}/restitusi/{no}/penghapusan", post(workbook::remove))
}

/// Recruiters: mentions, pairs to review, what is believed of each, who is tied to whom; corridors.
fn recruiters_of() -> Routes {
    use crate::doors::network as ties;
    use recruiters::{alerts, bring, list, page, record, review, send};
    Router::new()
        .route("/perekrut", get(list::list))
        .route("/perekrut/cari", post(list::search))
        .route("/perekrut/baru", get(record::new).post(record::keep))
        .route("/perekrut/daftar", get(bring::bring_form).post(bring::bring))
        .route("/perekrut/tinjau", get(review::queue))
        .route("/perekrut/tinjau/{pasangan}", get(review::one))
        .route("/perekrut/tinjau/{pasangan}/penilaian", post(review::say))
        .route("/perekrut/tinjau/{pasangan}/pembatalan", post(review::undo))
        .route("/perekrut/{id}", get(page::one))
        .route("/perekrut/{id}/peringatan", get(send::form).post(send::send))
        .route("/peringatan", get(alerts::list))
        .route("/peringatan/{id}", get(alerts::one))
        .route("/peringatan/{id}/dibaca", post(alerts::read))
        .route("/peringatan/{id}/koreksi", post(alerts::correct))
        .route("/peringatan/{id}/penarikan", post(alerts::recall))
        .route("/perekrut/{id}/catatan", get(record::change_form).post(record::change))
        .route("/perekrut/{id}/penarikan", post(record::withdraw))
        .route("/kasus/{id}/perekrut", get(record::from_case).post(record::keep_of_case))
        .route("/laporan/{id}/perekrut", get(record::from_report).post(record::keep_of_report))
        .route("/jaringan/{id}", get(ties::one))
        .route("/jaringan/{id}/ekspor", get(ties::export::form))
        .route("/jaringan/{id}/ekspor/{ke}", post(ties::export::take))
        .route("/koridor", get(corridor::corridors))
}

/// Referral and handover.
fn sharing() -> Routes {
    Router::new()
        .route("/kasus/{id}/rujuk", get(share::refer).post(share::send_referral))
        .route("/kasus/{id}/rujuk/pratinjau", post(share::preview_referral))
        .route("/kasus/{id}/serah", get(share::hand_over).post(share::send_handover))
        .route("/kasus/{id}/serah/pratinjau", post(share::preview_handover))
        .route("/kasus/{id}/bantuan-hukum", get(aid::form).post(aid::send))
        .route("/kasus/{id}/bantuan-hukum/pratinjau", post(aid::preview))
        .route("/kasus/{id}/bantuan-hukum/{no}/persetujuan", post(aid::go_on))
        .route("/kasus/{id}/bantuan-hukum/{no}/berikutnya", post(aid::next))
        .route("/bantuan-hukum", get(body::counted))
        .route("/lembaga", get(body::form).post(body::state))
        .route("/lembaga/benturan", post(body::keep))
        .route("/lembaga/benturan/{kunci}/penghapusan", post(body::drop_it))
        .route("/rujukan", get(referral::list))
        .route("/rujukan/{id}", get(referral::referral))
        .route("/rujukan/{id}/identitas", post(referral::identity))
        .route("/rujukan/{id}/dilihat", post(referral::seen))
        .route("/rujukan/{id}/kesanggupan", post(referral::accept))
        .route("/rujukan/{id}/penolakan", post(referral::decline))
        .route("/rujukan/{id}/penarikan", post(referral::withdraw))
        .route("/rujukan/{id}/penyelesaian", post(referral::complete))
        .route("/rujukan/{id}/tambahan", post(referral::supplement))
        .route("/rujukan/{id}/pesan", post(referral::message))
        .route("/rujukan/{id}/berkas/{file}", get(along::one).post(along::open))
        .route("/rujukan/{id}/berkas/{file}/asli", post(along::original))
}

/// Agreements, partners, this node.
fn network() -> Routes {
    Router::new()
        .route("/mou/daftar", get(mou::list))
        .route("/mou/usulan", get(mou::acts::propose_form).post(mou::acts::propose))
        .route("/mou/penanda-tangan", get(mou::signatories::shown))
        .route("/mou/{id}", get(mou::newest))
        .route("/mou/{id}/{versi}", get(mou::mou))
        .route("/mou/{id}/{versi}/tanda-tangan", get(mou::acts::sign_form).post(mou::acts::sign))
        .route("/mou/{id}/{versi}/kertas", get(mou::paper::form).post(mou::paper::record))
        .route("/mou/{id}/{versi}/coba", get(mou::trial::form).post(mou::trial::answer))
        .route("/mou/{id}/{versi}/perubahan", get(mou::changes::shown))
        .route("/mou/{id}/{versi}/usulan-balik", get(mou::changes::counter_form).post(mou::changes::counter))
        .route("/mou/{id}/{versi}/keadaan", get(mou::ending::end_form).post(mou::ending::end))
        .route("/simpul", get(nodes::list))
        .route("/simpul/gabung", get(nodes::join_form).post(nodes::join_read))
        .route("/simpul/gabung/sah", post(nodes::join_confirm))
        .route("/simpul/gabung/berkas", get(nodes::own_file))
        .route("/simpul/berkas", get(nodes::bundle_form).post(nodes::bundle_in))
        .route("/simpul/berkas/keluar", post(nodes::bundle_out))
        .route("/simpul/kunci", get(keys::page_of).post(keys::sign))
        .route("/simpul/kunci/berkas", post(keys::take))
        .route("/simpul/hilang", get(drill::page_of))
        .route("/simpul/hilang/lembar", post(drill::note))
        .route("/simpul/hilang/orang", post(drill::list))
        .route("/direktori", get(services::search))
        .route("/direktori/berkas/{bentuk}", get(services::file))
        .route("/direktori/milik", get(services::own).post(services::state))
        .route("/direktori/milik/{kode}/benar", post(services::confirm))
        .route("/direktori/milik/{kode}/penghapusan", post(services::drop_it))
        .route("/direktori/impor", get(services::import_form).post(services::import))
        .route("/direktori/{siapa}/{kode}", get(services::one))
        .route("/izin", get(registers::licences))
        .route("/izin/cari", post(registers::search))
        .route("/izin/impor", get(registers::import_form).post(registers::import))
        .route("/izin/{kunci}/penghapusan", post(registers::drop_it))
        .route("/terdaftar", get(registers::registry).post(registers::ask))
        .route("/simpul/perhatian/{nama}/selesai", post(concerns::settle))
        .route("/atur/petugas", get(officers::list))
        .route("/atur/petugas/baru", get(officers::new_form).post(officers::admit))
        .route("/atur/petugas/{petugas}", get(officers::one))
        .route("/atur/petugas/{petugas}/pratinjau", post(officers::preview))
        .route("/atur/petugas/{petugas}/akhir", post(officers::end))
        .route("/atur/petugas/{petugas}/kembali", post(officers::let_return))
        .route("/pelindungan", get(protection::page_of))
        .route("/pelindungan/kebocoran", post(protection::breach))
        .route("/pelindungan/darurat/{id}/{no}", post(shut::seen))
        .route("/pelindungan/laporan/{id}/penghapusan", post(protection::erase_report))
        .route("/wawasan", get(insight::shown))
        .route("/wawasan/triwulan", get(counts::newest))
        .route("/wawasan/triwulan/{triwulan}", get(counts::one).post(counts::send))
        .route("/wawasan/triwulan/{triwulan}/terbitan", get(counts::release::preview).post(counts::release::sign))
        .route("/wawasan/triwulan/{triwulan}/terbitan/batal", post(counts::release::take_back))
        .route("/jurnal", get(journal::list))
}
