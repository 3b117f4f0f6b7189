# Test and lint, as before every commit
default: test lint

# Run the tests, or some of them: just test tests/test_edits.py
test *which:
    pytest {{which}}

# Style, types, and who may import whom
lint:
    ruff check
    ruff format --check
    mypy
    lint-imports
    python scripts/make_rule_pages.py --check
    python scripts/make_cli_page.py --check

# Write docs/rules.md and docs/cli.md from the rules' pages and the commands' help
docs:
    python scripts/make_rule_pages.py
    python scripts/make_cli_page.py

# Measure what is found and mended, on the data in a folder: just evaluate DIR
evaluate data *options:
    python scripts/evaluate.py --data {{data}} {{options}}

# Test the package as users get it, in a fresh environment
ci:
    .ci/run
