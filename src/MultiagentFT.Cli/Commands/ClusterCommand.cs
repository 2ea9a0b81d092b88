using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Status;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft cluster</c>: workers, queues and leases.</summary>
internal sealed class ClusterCommand : MftCommand
{
    private readonly TimeProvider _time;
    private readonly ConnectionOptions _connection;
    private readonly Option<double> _watch;
    private readonly Option<bool> _json;

    /// <param name="terminal">Where it is shown.</param>
    /// <param name="time">Between two looks; null: the system's.</param>
    public ClusterCommand(Terminal terminal, TimeProvider? time = null)
        : base(
            "cluster",
            "Shows the workers of a NATS server, whose work they do, and what waits.",
            terminal,
            "mft cluster --nats nats://head:4222",
            "mft cluster --nats nats://head:4222 --watch 2",
            "mft cluster --nats nats://head:4222 --json")
    {
        _time = time ?? TimeProvider.System;
        _connection = new ConnectionOptions(this, isRequired: true);
        _watch = Added(TypedOption.Number<double>("--watch", "Show it again every so many seconds, until Ctrl-C"));
        _json = Added(TypedOption.Flag("--json", "Print it as JSON; with --watch one object after another"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var seconds = parsed.ValueOr(_watch, 0d);
        if (IgnoredOptions.IsGiven(parsed, _watch.Name) && !(seconds is >= 0.1 and <= 86400)) throw new InputException("--watch", null, "0.1 to 86400 seconds", $"{seconds}");
        await using var connection = await ClusterConnection.OpenAsync(_connection.Read(parsed)!, "mft cluster", cancellation).ConfigureAwait(false);
        while (true)
        {
            var status = await ClusterStatus.ReadAsync(connection, Terminal.Error.WriteLine, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(_json)) Terminal.WriteJson(status);
            else
            {
                if (seconds > 0 && Terminal.DrawsResults) Terminal.Results.Clear(home: true);
                ClusterTables.Write(Terminal.Results, status);
            }
            if (seconds <= 0) return;
            await Task.Delay(TimeSpan.FromSeconds(seconds), _time, cancellation).ConfigureAwait(false);
        }
    }
}
