//! The page on testing quotes whole files, and these are they.

const PAGE: &str = include_str!("../../docs/testing-with-kinde-mock.md");

/// The file without what is for this repository alone: the note at its head and the lints.
fn quoted(file: &str) -> String {
    let ours = |line: &&str| line.is_empty() || line.starts_with("//!") || line.starts_with("#![");
    file.lines().skip_while(ours).map(|line| format!("{line}\n")).collect()
}

#[test]
fn no_page_hides_lines_from_who_reads_it_as_markdown() {
    // rustdoc hides `# ` lines; everything else shows them, and what is copied with them does not compile.
    let pages = [
        include_str!("../../README.md"),
        include_str!("../../docs/errors.md"),
        include_str!("../../docs/guide.md"),
        include_str!("../../docs/writing-a-transport.md"),
        PAGE,
    ];
    for page in pages {
        for block in page.split("```rust").skip(1).map(|rest| rest.split("```").next().unwrap()) {
            let hidden = block.lines().find(|line| *line == "#" || line.starts_with("# "));
            assert_eq!(hidden, None);
        }
    }
}

#[test]
fn the_page_quotes_the_files_that_the_tests_run() {
    let blocks: Vec<&str> =
        PAGE.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let files = [
        include_str!("testing_in_process.rs"),
        include_str!("testing_over_a_socket.rs"),
        include_str!("testing_by_url.rs"),
        include_str!("testing_a_web_service.rs"),
    ];
    for (block, file) in blocks.iter().zip(files) {
        assert_eq!(*block, quoted(file));
        for name in ["signed_in", "expired", "revoked", "throttled", "kinde_down"] {
            assert!(block.contains(&format!("#[tokio::test]\nasync fn {name}() {{")), "{name}");
        }
    }
    // What else is on the page runs as doc tests of the facade.
    assert!(blocks.len() > files.len());
    assert!(include_str!("../../src/lib.rs").contains("docs/testing-with-kinde-mock.md"));
}
