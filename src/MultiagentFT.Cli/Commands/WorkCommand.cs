using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Worker;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Training;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft work</c>: this machine works for runs.</summary>
internal sealed class WorkCommand : MftCommand
{
    private readonly ConnectionOptions _connection;
    private readonly Option<string[]> _models;
    private readonly Option<string> _name;
    private readonly Option<int> _trainers;
    private readonly Option<bool> _noDebates;
    private readonly Option<string> _cache;
    private readonly Option<string> _cacheSize;
    private readonly Option<double> _grace;
    private readonly Option<int> _threads;
    private readonly Option<string> _memory;

    public WorkCommand(Terminal terminal)
        : base(
            "work",
            "Answers debates and trains adapters for the runs of a NATS server, until it is asked to stop (SIGTERM); then it finishes what it has begun, or hands it back.",
            terminal,
            "mft work --nats nats://head:4222",
            "mft work --nats tls://head --nats-creds worker.creds --models /srv/models --trainers 2",
            "mft work --nats nats://head:4222 --no-debates --trainers 4 --cache /var/cache/mft --cache-size 20GiB")
    {
        _connection = new ConnectionOptions(this, isRequired: true);
        _models = Added(TypedOption.Files("--models", "GGUF files of base models, and folders of them, beside the embedded one"));
        _name = Added(TypedOption.Text("--name", "Of this worker, unique [default: HOST-PID]", "name"));
        _trainers = Added(TypedOption.Number<int>("--trainers", "Trainings side by side; 0 takes none [default: 1]"));
        _noDebates = Added(TypedOption.Flag("--no-debates", "Only train"));
        _cache = Added(TypedOption.Text("--cache", "Folder of adapters and of trainings under way [default: a temporary one]", "folder"));
        _cacheSize = Added(TypedOption.Text("--cache-size", "Adapters that are kept, at most [default: 4GiB]", "size"));
        _grace = Added(TypedOption.Number<double>("--grace", "Seconds that work may go on after SIGTERM, before it is handed back [default: 30]"));
        _threads = Added(TypedOption.Number<int>("--threads", "CPU threads that generate; 0 takes every core [default: 0]"));
        _memory = Added(TypedOption.Text("--memory", "Memory of the engine, such as 6GiB: slots and rows of a step are made to fit", "size"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var address = _connection.Read(parsed)!;
        var temporary = parsed.GetValue(_cache) is null ? Directory.CreateTempSubdirectory("mft-work-") : null;
        try
        {
            await using var trainer = new ResidentTrainer(TrainerProgram.Current());
            var options = Configure(parsed, trainer, temporary?.FullName ?? OutputPath.RequireFolder(parsed.GetValue(_cache)!, "--cache"));
            using var telemetry = TelemetryExport.Begin();
            await using var connection = await ClusterConnection.OpenAsync(address, $"mft work {options.Name}", cancellation).ConfigureAwait(false);
            await new ClusterWorker(connection, options).RunAsync(cancellation).ConfigureAwait(false);
            Terminal.Error.WriteLine($"{options.Name} has stopped");
        }
        finally
        {
            temporary?.Delete(recursive: true);
        }
    }

    private WorkerOptions Configure(ParseResult parsed, ResidentTrainer trainer, string cache)
    {
        var size = parsed.ValueOr(_cacheSize, "4GiB");
        if (!ByteSize.TryParse(size, out var cacheBytes)) throw new InputException("--cache-size", null, ByteSize.Expected, size);
        var (threads, memory) = (parsed.ValueOr(_threads, 0), parsed.ValueOr(_memory, ""));
        if (new EngineOptions { Threads = threads, Memory = memory }.Validate().FirstOrDefault() is { } wrong) throw new InputException("--" + wrong);
        var grace = parsed.ValueOr(_grace, 30d);
        if (!(grace is >= 0 and <= 86400)) throw new InputException("--grace", null, "0 to 86400 seconds", grace.ToString(CultureInfo.InvariantCulture));
        var models = BaseModels.Find(parsed.GetValue(_models) ?? [], Terminal.Error.WriteLine);
        return new WorkerOptions(
            parsed.ValueOr(_name, DefaultName()), models, InstructionSets.Current(RuntimeReport.Kernels()), OpenEngineAsync, trainer, cache)
        {
            CacheBytes = cacheBytes,
            Engine = options => options with { Threads = threads, Memory = memory },
            Trainers = parsed.ValueOr(_trainers, 1),
            Debates = !parsed.GetValue(_noDebates),
            Grace = TimeSpan.FromSeconds(grace),
            Log = Terminal.Error.WriteLine,
        };
    }

    /// <summary>Letters of the host's name that a worker's may have.</summary>
    private static string DefaultName()
    {
        var host = string.Concat(Environment.MachineName.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return string.Create(CultureInfo.InvariantCulture, $"{host[..Math.Min(50, host.Length)]}-{Environment.ProcessId}");
    }

    private async Task<IGenerationEngine> OpenEngineAsync(EngineOrder order, CancellationToken cancellation)
    {
        var config = order.Config;
        await ModelProbe.RequireAsync(new ProbeJob(config.Model, order.Adapters, config.Engine), cancellation).ConfigureAwait(false);
        var request = new EngineRequest(config.Model)
        {
            Options = config.Engine,
            Adapters = AdapterDemand.OfFiles(order.Adapters),
            Sampling = config.Debate.Sampling,
            System = config.Prompts.System,
            FewShot = config.Prompts.FewShot,
            Log = Terminal.Error.WriteLine,
        };
        return await Task.Run(() => EngineFactory.Open(request), cancellation).ConfigureAwait(false);
    }
}
