using System.Globalization;
using MultiagentFT.Cluster.Status;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What a cluster is doing, as tables.</summary>
internal static class ClusterTables
{
    public static void Write(IAnsiConsole console, ClusterStatus status)
    {
        console.Write(Runs(status));
        console.Write(Workers(status));
        foreach (var set in status.Workers.GroupBy(worker => worker.InstructionSet))
            console.WriteLine(Invariant($"{set.Count()} with {Printable.Line(set.Key)}"));
        console.WriteLine(Invariant($"{status.Work} pieces of work, {status.Results} results not taken yet, {ByteSize.Text(status.StoredBytes)} in streams"));
    }

    private static Table Runs(ClusterStatus status)
    {
        var table = Empty("runs", "run", "model", "priority", "workers", "waiting", "leased", "again", "");
        foreach (var run in status.Runs)
        {
            foreach (var queue in run.Queues)
            {
                table.AddRow(
                    Text(run.Title), Text(run.Model), Invariant($"{run.Priority}"), Invariant($"{run.Workers}"), Invariant($"{queue.Waiting}"), Invariant($"{queue.Leased}"),
                    Invariant($"{queue.Redelivered}"), queue.Kind == Cluster.WorkKind.Debate ? "chunks" : "trainings");
            }
        }
        return table;
    }

    private static Table Workers(ClusterStatus status)
    {
        var table = Empty("workers", "worker", "state", "chunks", "trainings", "failures", "tokens/s", "busy", "longest work");
        foreach (var worker in status.Workers)
        {
            table.AddRow(
                Text(worker.Name), Text(worker.State), Invariant($"{worker.Debates}"), Invariant($"{worker.Trainings}"), Invariant($"{worker.Failures}"),
                Invariant($"{worker.TokensPerSecond:0}"), Invariant($"{100 * worker.Busy:0} %"),
                worker.Leases is [var longest, ..] ? Describe(longest) : "");
        }
        return table;
    }

    /// <summary>The rest of a training is reckoned from the steps that its worker has taken so far.</summary>
    private static string Describe(LeaseStatus lease)
    {
        var text = Invariant($"{lease.Seconds:0} s{(lease.Delivery > 1 ? $", try {lease.Delivery}" : "")}");
        if (lease.Progress is not { } progress) return text;
        text += Invariant($", step {progress.Step} of {progress.Steps}, loss {progress.Loss:0.000}");
        return progress.Step == 0
            ? text
            : text + Invariant($", {progress.Step / Math.Max(0.1, lease.Seconds):0.0} steps/s, about {lease.Seconds / progress.Step * (progress.Steps - progress.Step):0} s to go");
    }

    private static Table Empty(string title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Title(title);
        foreach (var column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        return table;
    }

    private static string Text(string text) => Markup.Escape(Printable.Line(text));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
