"""The peer: Splink on DuckDB over a file of mentions, as its documentation has it. Eight blocking rules, weights learned
without labels, clusters at a match probability of one half.

    python splink_run.py MENTIONS.csv CLUSTERS.csv
"""
import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.5
CLEAN = """
    select rec_id,
        nullif(trim(lower(regexp_replace(name, '[^a-zA-Z ]', '', 'g'))), '') as name,
        nullif(lower(alias), '') as alias,
        nullif(regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^(0062|62|0)', ''), '') as phone,
        nullif(regexp_replace(nik, '[^0-9]', '', 'g'), '') as nik,
        nullif(birth_date, '') as birth_date, nullif(substr(birth_date, 1, 4), '') as year,
        nullif(sex, '') as sex,
        nullif(lower(regexp_replace(village, '^(Desa|Ds|Kel|Kp|Dusun)[. ]+', '')), '') as village,
        nullif(lower(regency), '') as regency, nullif(lower(employer), '') as employer
    from read_csv(?, all_varchar = true, header = true)"""
SPLIT = "select *, split_part(name, ' ', 1) as first, split_part(name, ' ', -1) as last from mentions"


def main(source, out):
    base = duckdb.connect()
    base.execute("create table mentions as " + CLEAN, [source])
    base.execute("create table people as " + SPLIT)
    database = DuckDBAPI(connection=base)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec_id",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("alias", [0.9]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.LevenshteinAtThresholds("nik", [1, 2]),
            cl.LevenshteinAtThresholds("birth_date", [1]),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("village", [0.9]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("regency", [0.9]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("employer", [0.9]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nik"),
            block_on("phone"),
            block_on("name"),
            block_on("first", "regency", "year"),
            block_on("last", "regency", "year"),
            block_on("alias", "regency"),
            block_on("birth_date", "sex"),
            block_on("employer", "first"),
        ],
    )
    frame = database.register("people") if hasattr(database, "register") else "people"
    linker = Linker(frame, settings) if frame != "people" else Linker("people", settings, db_api=database)
    sure = [block_on("nik"), block_on("phone", "birth_date")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "regency", "year"))
    pairs = linker.inference.predict(threshold_match_probability=THRESHOLD)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    table = clusters.physical_name
    base.execute(f"copy (select rec_id, cluster_id from {table}) to '{out}' (header)")


main(sys.argv[1], sys.argv[2])
