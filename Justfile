workbench := "dotnet run --project tui/workbench -c Release --"

# List the recipes.
default:
    @just --list

build:
    dotnet build -c Release

test:
    dotnet test -c Release

# Real processes: kills, restarts, signals.
e2e:
    dotnet test tests/EndToEnd.Tests -c Release

# Every guest that means harm, in both isolation modes.
hostile:
    dotnet test tests/MiniLambda.Sandbox.Tests -c Release -p:RunSettingsFilePath= --filter Category=Hostile

# Who may call what: the table of roles and RPCs, walked over the wire.
roles:
    dotnet test tests/MiniLambda.Orchestrator.Tests -c Release -p:RunSettingsFilePath= --filter Category=Roles --logger "console;verbosity=detailed"

# What somebody who means harm sends to an orchestrator or a worker; FUZZ_SEED and FUZZ_ROUNDS choose another run of the random part.
attacks:
    dotnet test -c Release -p:RunSettingsFilePath= --filter Category=Attack --logger "console;verbosity=normal"

# Kills, suspensions and restarts at random, one run a seed: just faults 50
faults SEEDS="50":
    FAULT_SEEDS={{ SEEDS }} dotnet test tests/EndToEnd.Tests -c Release -p:RunSettingsFilePath= --filter Category=Long --logger "console;verbosity=detailed"

# Mixed load under faults for so many minutes.
soak MINUTES="10":
    SOAK_MINUTES={{ MINUTES }} dotnet test tests/EndToEnd.Tests -c Release -p:RunSettingsFilePath= --filter Category=Soak --logger "console;verbosity=detailed"

# An orchestrator under simulated workers: just scale backlog, workers, tenants, scheduler; and the workbench: just scale screen
scale *ARGS:
    dotnet run --project tests/Benchmarks -c Release -- scale {{ ARGS }}

# Rates and percentiles, with the bare floors of the same run.
bench *ARGS="--floor":
    {{ workbench }} bench {{ ARGS }}

# The parts alone, beside what they are made of (BenchmarkDotNet).
microbench *ARGS="--filter '*'":
    dotnet run --project tests/Benchmarks -c Release -- {{ ARGS }} --artifacts artifacts/benchmarks

# A whole cluster in one process runs every example.
demo:
    {{ workbench }} demo

fmt:
    dotnet format

check:
    dotnet format --verify-no-changes
    dotnet build -c Release -warnaserror

# Programs that need nothing installed, for linux-x64 and linux-arm64, and an archive of each: just publish
publish:
    examples/systemd/publish.sh
