//! Runs the targets on stable Rust: with every kept input, and with random changes of them. `cargo xtask fuzz` calls
//! the ignored test here.

use super::mutate::{mutate, random_numbers};
use super::*;
use std::collections::{BTreeSet, HashSet};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The most inputs that a run keeps because their outcome was new.
const KEPT_LIMIT: usize = 500;

/// When a run ends.
#[derive(Clone, Copy)]
enum Limit {
    Time(Duration),
    Executions(u64),
}

/// What a run has done.
struct Run {
    executions: u64,
    outcomes: usize,
    /// The input that broke a rule, and how.
    failure: Option<(Vec<u8>, String)>,
}

/// Runs a target with an input. The message of the panic, if something doesn't hold.
fn execute(target: &Target, input: &[u8]) -> Result<Outcome, String> {
    let check = target.check;
    catch_unwind(|| check(input)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "it panicked".to_owned())
    })
}

/// Runs a target with changed inputs until something doesn't hold or the limit is reached.
fn fuzz(target: &Target, mut inputs: Vec<Vec<u8>>, limit: Limit, seed: u64) -> Run {
    let started = Instant::now();
    let mut draw = random_numbers(seed);
    let words: Vec<&str> = target.words.split('|').collect();
    let mut outcomes = HashSet::new();
    let mut run = Run {
        executions: 0,
        outcomes: 0,
        failure: None,
    };
    let kept = inputs.len();
    loop {
        let is_over = match limit {
            Limit::Time(time) => started.elapsed() >= time,
            Limit::Executions(limit) => run.executions >= limit,
        };
        if is_over {
            break;
        }
        // First every input as it is.
        let input = match usize::try_from(run.executions) {
            Ok(index) if index < kept => inputs[index].clone(),
            _ => {
                let input = inputs
                    .get(draw(inputs.len()))
                    .map_or(&[][..], Vec::as_slice);
                mutate(input, &inputs, &words, &mut draw)
            }
        };
        run.executions += 1;
        match execute(target, &input) {
            Ok(outcome) => {
                if outcomes.insert(outcome) && inputs.len() < kept + KEPT_LIMIT {
                    inputs.push(input);
                }
            }
            Err(message) => {
                run.failure = Some(shorten(target, input, message));
                break;
            }
        }
    }
    run.outcomes = outcomes.len();
    run
}

/// Leaves out of a failing input what it doesn't need to fail.
fn shorten(target: &Target, mut input: Vec<u8>, mut message: String) -> (Vec<u8>, String) {
    let mut size = input.len() / 2;
    let until = Instant::now() + Duration::from_secs(5);
    while size > 0 && Instant::now() < until {
        let mut at = 0;
        while at + size <= input.len() && Instant::now() < until {
            let shorter = [&input[..at], &input[at + size..]].concat();
            match execute(target, &shorter) {
                Err(new) => (input, message) = (shorter, new),
                Ok(_) => at += size,
            }
        }
        size /= 2;
    }
    (input, message)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The kept inputs of a target, by file name.
fn corpus(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = root().join("fuzz/corpus").join(target.name);
    let files =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| (file.clone(), std::fs::read(file).unwrap()))
        .collect()
}

fn inputs(target: &Target) -> Vec<Vec<u8>> {
    corpus(target).into_iter().map(|(_, input)| input).collect()
}

#[test]
#[ignore = "`cargo xtask fuzz` runs it"]
fn run_targets() {
    let option = |name: &str| std::env::var(format!("VESTIBULE_FUZZ_{name}")).ok();
    let only = option("ONLY");
    let seconds = option("SECONDS")
        .and_then(|text| text.parse().ok())
        .unwrap_or(2.0);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = option("SEED").and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| clock.unwrap().as_nanos() as u64 % 1_000_000_007);
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| only.as_ref().is_none_or(|only| only == target.name))
        .collect();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert!(
        !chosen.is_empty(),
        "there is no such target; the targets are {}",
        names.join(", ")
    );

    if let Some(file) = option("INPUT") {
        let input = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        for target in chosen {
            println!("    {:<14} {}", target.name, (target.check)(&input));
        }
        return;
    }
    println!("    seed {seed}");
    // The panics of failing inputs are reported below.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = Vec::new();
    for target in chosen {
        let run = fuzz(
            target,
            inputs(target),
            Limit::Time(Duration::from_secs_f64(seconds)),
            seed,
        );
        println!(
            "    {:<14} {:>9} executions, {:>4} outcomes",
            target.name, run.executions, run.outcomes
        );
        if let Some((input, message)) = run.failure {
            let file = save(target, &input);
            println!("      {message}");
            println!(
                "      To see it again: cargo xtask fuzz --only {} --input {}",
                target.name,
                file.display()
            );
            failed.push(target.name);
        }
    }
    let _ = std::panic::take_hook();
    assert!(
        failed.is_empty(),
        "inputs break the rules of {}",
        failed.join(", ")
    );
}

/// Saves a failing input.
fn save(target: &Target, input: &[u8]) -> PathBuf {
    let folder = root().join("target/fuzz");
    std::fs::create_dir_all(&folder).unwrap();
    let name = input.iter().fold(0u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(*byte))
    });
    let file = folder.join(format!("{}-{name:08x}", target.name));
    std::fs::write(&file, input).unwrap();
    file.strip_prefix(root())
        .map(Path::to_owned)
        .unwrap_or(file)
}

#[test]
fn every_kept_input_keeps_the_rules() {
    for target in TARGETS {
        let mut outcomes = BTreeSet::new();
        for (file, input) in corpus(target) {
            match execute(target, &input) {
                Ok(outcome) => outcomes.insert(outcome),
                Err(message) => panic!("{}: {message}", file.display()),
            };
        }
        // A target that only rejects tests no rule.
        let accepted = outcomes
            .iter()
            .filter(|outcome| outcome.starts_with(ACCEPTED))
            .count();
        assert!(accepted >= 2, "{}: {outcomes:#?}", target.name);
        assert!(outcomes.len() > accepted, "{}: {outcomes:#?}", target.name);
    }
}

#[test]
fn every_target_has_a_corpus_and_runs_under_libfuzzer() {
    let mut folders: Vec<String> = std::fs::read_dir(root().join("fuzz/corpus"))
        .unwrap()
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let listed = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let mut listed: Vec<&str> = listed.filter(|name| *name != "vestibule-fuzz").collect();
    listed.sort_unstable();
    assert_eq!(listed, names);
}

#[test]
fn finds_and_shortens_what_breaks_a_rule() {
    fn faulty(input: &[u8]) -> Outcome {
        match Json::parse_object(input) {
            Ok(object) => {
                assert!(object.text("b") != Some("one"), "b mustn't be one");
                format!("{ACCEPTED} {}", object.iter().count())
            }
            Err(_) => "rejected".to_owned(),
        }
    }
    let target = Target {
        name: "faulty",
        check: faulty,
        words: "",
    };
    let input = br#"{"a":"one","b":"two","c":[1,2,3]}"#.to_vec();
    let run = fuzz(&target, vec![input], Limit::Executions(50_000), 1);
    let (input, message) = run.failure.expect("it finds the fault");
    assert_eq!(message, "b mustn't be one");
    let input = String::from_utf8_lossy(&input);
    assert!(
        input.contains(r#""b":"one""#) && input.len() < 30,
        "{input}"
    );
    assert!(run.outcomes > 2, "{}", run.outcomes);
}

#[test]
fn the_same_seed_makes_the_same_inputs() {
    let changed = |seed| {
        let mut draw = random_numbers(seed);
        let input = br#"{"a":[1,"eyJhbGciOiJub25lIn0"]}"#.to_vec();
        let others = [input.clone(), b"{}".to_vec()];
        let changed = (0..200).map(|_| mutate(&input, &others, &["alg"], &mut draw));
        changed.collect::<Vec<_>>()
    };
    assert_eq!(changed(3), changed(3));
    assert_ne!(changed(3), changed(4));
    let texts: Vec<String> = changed(5)
        .iter()
        .map(|input| String::from_utf8_lossy(input).into_owned())
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| Json::parse(text.as_bytes()).is_ok()),
        "some are still JSON"
    );
}
