using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Training;
using MultiagentFT.Serving;
using MultiagentFT.Training.Curves;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Memory;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft train</c>: one adapter, by hand or for a run that waits for it.</summary>
internal sealed class TrainCommand : MftCommand
{
    private const string Activity = "training";

    private readonly Settings<TrainingOptions> _settings = TrainingSettings.Create("--");
    private readonly Option<string[]> _jobs;
    private readonly Option<int> _sideBySide;
    private readonly Option<bool> _progressJson;
    private readonly Option<bool> _follow;
    private readonly Option<string> _model;
    private readonly Option<string> _dataset;
    private readonly Option<string> _preferences;
    private readonly Option<string> _startAdapter;
    private readonly Option<string> _output;
    private readonly Option<ulong> _seed;
    private readonly Option<string> _tensorboard;
    private readonly Option<bool> _json;

    public TrainCommand(Terminal terminal)
        : base(
            "train",
            "Trains a LoRA adapter on the GGUF file that is served and writes it as a llama.cpp LoRA file, with a report beside it.",
            terminal,
            "mft train --dataset generator-1.jsonl --output generator-1.gguf",
            "mft train --model model.gguf --dataset d.jsonl --start-adapter a1.gguf --output a2.gguf --rank 16 --alpha 32 --epochs 3",
            "mft train --model model.gguf --dataset pairs.jsonl --objective dpo --beta 0.1 --output agent.gguf --memory 6GiB",
            "mft train --job generator-1.gguf.job.json generator-2.gguf.job.json --side-by-side 2")
    {
        _jobs = Added(TypedOption.Files("--job", "JSON files with whole jobs over one model, instead of options; the model is loaded once"));
        _sideBySide = Added(TypedOption.Number<int>("--side-by-side", "Jobs at the same time, with the threads of each [default: 1]"));
        _progressJson = Added(TypedOption.Flag("--progress-json", "Print progress as JSON lines; stop when standard input ends"));
        _follow = Added(TypedOption.Flag("--follow", "Train what standard input says, a job a line as JSON, and tell how it goes, until it ends; a model that was used stays loaded"));
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model, or arithmetic-3m or families-3m [default: arithmetic-3m, the embedded one]", "file"));
        _dataset = Added(TypedOption.Text("--dataset", "Conversations (chat JSONL), or - for standard input", "file"));
        _preferences = Added(TypedOption.Text("--preferences", "Preferences to learn beside the conversations: pairs as dpo does, labelled answers as kto", "file"));
        _startAdapter = Added(TypedOption.Text("--start-adapter", "Adapter to start from", "file"));
        _output = Added(TypedOption.Text("--output", "The new adapter", "file"));
        _seed = Added(TypedOption.Number<ulong>("--seed", "Order of the examples and first weights [default: 1]"));
        _tensorboard = Added(TypedOption.Text("--tensorboard", "Write loss, learning rate and tokens of every step there, as an event file of TensorBoard and as JSON lines, in a folder of the adapter's name", TypedOption.Folder));
        _settings.AddTo(this);
        _json = Added(TypedOption.Flag("--json", "Print the report as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        IgnoredOptions.RefuseBoth(parsed, _progressJson.Name, _json.Name);
        if (parsed.GetValue(_follow))
        {
            var others = Others(parsed, _follow);
            if (others.Count > 0) throw new InputException("options", null, "--follow without others, as jobs come by standard input", string.Join(", ", others));
            using var orders = new StreamReader(Terminal.Input);
            await new TrainFollower(orders, Terminal.Output).RunAsync(cancellation).ConfigureAwait(false);
            return;
        }
        TrainingJob[] jobs = parsed.GetValue(_jobs) is { Length: > 0 } files ? [.. files.Select(file => ReadJob(file, parsed))] : [Job(parsed)];
        using var spooled = Spool(jobs[0], parsed);
        if (spooled is not null) jobs[0] = jobs[0] with { Dataset = spooled.Path };
        if (jobs.Length > 1 && parsed.GetValue(_json)) throw new InputException("options", null, "--json with one job; each has its report beside its adapter", $"{jobs.Length} jobs");
        var sideBySide = parsed.ValueOr(_sideBySide, 1);
        if (sideBySide is < 1 or > 256) throw new InputException("--side-by-side", null, "1 to 256", $"{sideBySide}");
        var curves = parsed.GetValue(_tensorboard) is { } folder ? OutputPath.RequireFolder(folder, _tensorboard.Name) : null;
        if (parsed.GetValue(_progressJson))
        {
            await TrainForParentAsync(jobs, sideBySide, curves, cancellation).ConfigureAwait(false);
            return;
        }
        foreach (var job in jobs)
        {
            await ModelProbe.RequireAsync(
                new ProbeJob(Path.GetFullPath(job.Model), job.StartAdapter is { } start ? [Path.GetFullPath(start)] : [], new EngineOptions()), cancellation).ConfigureAwait(false);
        }
        if (jobs.Length == 1) await TrainOneAsync(jobs[0], curves, parsed.GetValue(_json), cancellation).ConfigureAwait(false);
        else await TrainAllAsync(jobs, sideBySide, curves, cancellation).ConfigureAwait(false);
    }

    private async Task TrainOneAsync(TrainingJob job, string? curves, bool asJson, CancellationToken cancellation)
    {
        var report = await ProgressDisplay.ShowAsync(Terminal, view => Task.Run(
            () => new LoraTrainer(job) { OnPlanned = plan => Tell(job, plan), CurveFolder = CurveOf(curves, job) }.Run(new StepProgress(view, job.Output), cancellation),
            CancellationToken.None)).ConfigureAwait(false);
        if (report.Describe() is { } unrest) Terminal.Error.WriteLine($"{job.Output}: {unrest}");
        if (asJson) Terminal.WriteJson(report);
        else Terminal.Output.WriteLine(Describe(job, report));
    }

    private async Task TrainAllAsync(TrainingJob[] jobs, int sideBySide, string? curves, CancellationToken cancellation)
    {
        var failures = new TrainingFailures();
        var gate = new Lock();
        var trainer = new GroupTrainer(jobs, sideBySide)
        {
            CurveFolder = curves,
            OnPlanned = (i, plan) => Tell(jobs[i], plan),
            OnTrained = (i, report) =>
            {
                lock (gate)
                {
                    if (report.Describe() is { } unrest) Terminal.Error.WriteLine($"{jobs[i].Output}: {unrest}");
                    Terminal.Output.WriteLine(Describe(jobs[i], report));
                }
            },
            OnFailed = (i, error) => failures.Add(i, new InputException($"{jobs[i].Output}: {error.Message}", error)),
        };
        await Task.Run(() => trainer.Run(cancellation), CancellationToken.None).ConfigureAwait(false);
        failures.Throw();
    }

    private void Tell(TrainingJob job, TrainingPlan plan)
    {
        if (job.Options.Memory.Length > 0) Terminal.Error.WriteLine($"{job.Output}: {plan} of {job.Options.Memory}");
    }

    private static string? CurveOf(string? curves, TrainingJob job) => curves is null ? null : TrainingCurve.FolderOf(curves, job.Output);

    private TrainingJob Job(ParseResult parsed) => new()
    {
        Model = EmbeddedModel.Or(parsed.GetValue(_model) ?? ""),
        Dataset = parsed.GetValue(_dataset) ?? throw new InputException("--dataset", null, "a chat JSONL file", "none"),
        Preferences = parsed.GetValue(_preferences),
        StartAdapter = parsed.GetValue(_startAdapter),
        Output = parsed.GetValue(_output) ?? throw new InputException("--output", null, "the path of the new adapter", "none"),
        Seed = parsed.ValueOr(_seed, 1ul),
        Options = _settings.Apply(new TrainingOptions(), parsed),
    };

    private SpooledInput? Spool(TrainingJob job, ParseResult parsed)
    {
        if (job.Dataset != StandardStream.Name || parsed.GetValue(_jobs) is { Length: > 0 }) return null;
        if (parsed.GetValue(_progressJson)) throw new InputException("--dataset", null, "a file with --progress-json, for which standard input is the parent process", StandardStream.Name);
        return StandardStream.Spool(Terminal);
    }

    /// <summary>Options that are given beside those.</summary>
    private List<string> Others(ParseResult parsed, params Option[] those) =>
        [.. Options.Except(those).Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];

    private TrainingJob ReadJob(string file, ParseResult parsed)
    {
        var others = Others(parsed, _jobs, _sideBySide, _progressJson, _tensorboard, _json);
        if (others.Count > 0) throw new InputException("options", null, "--job without options of the job", string.Join(", ", others));
        try
        {
            var content = JsonContent.OfFile(file);
            JsonContent.RequireValues(file, null, content);
            return JsonSerializer.Deserialize<TrainingJob>(content, JsonFormats.Indented)
                ?? throw new InputException(file, null, "a training job", "null");
        }
        catch (JsonException error)
        {
            throw new InputException(file, null, "a training job as JSON", JsonMessage.Of(error), error);
        }
    }

    /// <summary>The run that started this process holds the other end of standard input; without it nobody needs the adapter.</summary>
    private async Task TrainForParentAsync(TrainingJob[] jobs, int sideBySide, string? curves, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lines = new MessageLines(Terminal.Output);
        var failures = new TrainingFailures();
        var training = Task.Run(() => Train(stop.Token), CancellationToken.None);
        var parent = Task.Run(() => Terminal.Input.CopyTo(Stream.Null), CancellationToken.None);
        if (await Task.WhenAny(training, parent).ConfigureAwait(false) == parent) await stop.CancelAsync().ConfigureAwait(false);
        await training.ConfigureAwait(false);
        failures.Throw();

        void Train(CancellationToken token)
        {
            if (jobs.Length == 1)
            {
                _ = new LoraTrainer(jobs[0]) { CurveFolder = CurveOf(curves, jobs[0]) }.Run(lines, token);
                return;
            }
            var trainer = new GroupTrainer(jobs, sideBySide)
            {
                CurveFolder = curves,
                OnProgress = (i, step) => lines.Write(new TrainerMessage(i, Progress: step)),
                OnTrained = (i, report) => lines.Write(new TrainerMessage(i, Report: report)),
                OnFailed = (i, error) =>
                {
                    failures.Add(i, error);
                    lines.Write(new TrainerMessage(i, Failure: error.Message));
                },
            };
            trainer.Run(token);
        }
    }

    private static string Describe(TrainingJob job, TrainingReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{job.Output}: {report.Examples} examples ({report.Skipped} too long), {report.Steps} steps, ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Tokens} tokens in {report.Seconds:0.0} s, loss {report.FirstLoss:0.000} to {report.LastLoss:0.000}")
        + (report.PeakBytes > 0 ? $", at most {ByteSize.Text(report.PeakBytes)} resident ({ByteSize.Text(report.PlannedBytes)} planned)" : "");

    /// <summary>As the parent process reads them, one at a time.</summary>
    private sealed class MessageLines(TextWriter output) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Write(value);

        public void Write<T>(T value)
        {
            lock (output)
            {
                output.WriteLine(JsonSerializer.Serialize(value, JsonFormats.Line));
                output.Flush();
            }
        }
    }

    private sealed class StepProgress(IProgressView view, string title) : IProgress<TrainingProgress>
    {
        private bool _begun;

        public void Report(TrainingProgress value)
        {
            if (!_begun) view.Begin(Activity, title, "steps", value.Step, value.Steps, value.Tokens);
            _begun = true;
            view.Advance(Activity, value.Step, value.Tokens, string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:0.000}"));
            if (value.Step == value.Steps) view.End(Activity, null);
        }
    }
}
