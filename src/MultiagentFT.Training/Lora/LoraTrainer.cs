using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Curves;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Memory;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Lora;

/// <summary>Trains one adapter over a frozen base (<c>mft train</c>).</summary>
/// <param name="job">What to train.</param>
/// <param name="objectives">The objectives that the job may name; those of this assembly when null.</param>
public sealed class LoraTrainer(TrainingJob job, ObjectiveCatalog? objectives = null)
{
    private static readonly Lock GeneratorGate = new();

    private readonly TrainingOptions _options = job.Options;

    /// <summary>Told what the training will take, before the model is loaded.</summary>
    public Action<TrainingPlan>? OnPlanned { get; init; }

    /// <summary>Where the training stands is written this often, so that one that was killed continues. Default a minute.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where <see cref="TrainingCurve"/> writes; null: nowhere.</summary>
    public string? CurveFolder { get; init; }

    /// <summary>Tells when it is time for that, how long the training took, and how long to watch for free cores.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many cores a training takes that may take all; null: those that are free.</summary>
    internal Func<int>? CountCores { get; init; }

    /// <summary>Runs the job and writes the adapter, then its report beside it.</summary>
    /// <exception cref="InputException">
    /// Options, model, adapter or dataset are not usable, or the loss or the weights became NaN or infinite; nothing was written.
    /// </exception>
    public TrainingReport Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        Check();
        using var shared = SharedBase.Open(job.Model);
        return Run(shared, progress, cancellation);
    }

    /// <summary>The same over a base that is loaded already.</summary>
    /// <inheritdoc cref="Run(IProgress{TrainingProgress}, CancellationToken)"/>
    public TrainingReport Run(SharedBase shared, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var objective = Check();
        var (file, shape) = (shared.File, shared.File.Shape);
        var (examples, skipped) = Encode(objective, shared.Encoder);
        using var start = job.StartAdapter is null ? null : AdapterFile.Open(job.StartAdapter);
        start?.RequireBase(file);
        var plan = TrainingPlanner.Plan(file, _options, examples.Max(example => TrainingBatch.PaddedLength(example.Length)), examples.Max(example => example.Sequences));
        OnPlanned?.Invoke(plan);

        TorchLibrary.EnsureLoaded();
        var checkpoint = new TrainingCheckpoint(TrainingCheckpoint.PathFor(job.Output), TrainingCheckpoint.IdentityOf(job, file));
        // Sums may depend on it, so that a training which continues goes on with as many as it began with.
        var threads = checkpoint.Threads = _options.Threads > 0 ? _options.Threads : checkpoint.TryLoadThreads() ?? CountCores?.Invoke() ?? FreeCores.Measure(Time);
        set_num_threads(threads);
        if (_options.Device == "cuda" && !cuda.is_available())
            throw new InputException("training option device: expected cpu, because this build or machine has no CUDA libtorch, found cuda");
        var device = torch.device(_options.Device);
        var weights = shared.Weights(_options.BFloat16, _options.Device, storesMatrices: plan.Keep == Kept.Nothing);
        using var model = new DecoderModel(weights, plan.Length, _options.BFloat16, recomputes: plan.Keep != Kept.Activations, plan.KeptBlocks);
        using var lora = Seeded(() => start is null ? LoraWeights.Create(shape, _options, device) : LoraWeights.Load(start, shape, _options, device));
        lora.Attach(model, _options);
        using var reference = new TensorList(start is null || _options.Reference == ReferencePolicy.Base ? [] : lora.Freeze(model, _options));
        objective.Prepare(model, examples, device);

        var report = Train(model, objective, lora, examples, plan, checkpoint, device, progress, cancellation) with { Skipped = skipped, Threads = threads };
        lora.Save(job.Output, file, Path.GetFileNameWithoutExtension(job.Output));
        TrainingReports.Write(job.Output, report);
        checkpoint.Delete();
        return report;
    }

    /// <summary>libtorch has one generator for the whole process.</summary>
    private LoraWeights Seeded(Func<LoraWeights> create)
    {
        lock (GeneratorGate)
        {
            random.manual_seed((long)(job.Seed >> 1));
            return create();
        }
    }

    private IObjective Check()
    {
        var errors = _options.Validate().ToArray();
        if (errors.Length > 0) throw new InputException("training options: " + string.Join("; ", errors));
        ThreadLimit.Check("training.threads", _options.Threads);
        var objective = (objectives ?? ObjectiveCatalog.Default).Require(_options.Objective).Create(job);
        if (job.Preferences is not null) objective = MixedObjective.Of(job, objective);
        job.RequireOwnOutput();
        _ = OutputPath.RequireFile(job.Output, "output");
        return objective;
    }

    private (EncodedExample[] Examples, int Skipped) Encode(IObjective objective, ConversationEncoder encoder)
    {
        var all = objective.Encode(encoder).ToArray();
        var kept = all.Where(example => example.Length <= _options.MaxLength).ToArray();
        if (kept.Length == 0)
        {
            throw new InputException(
                job.Dataset, null, $"at least one conversation of at most {_options.MaxLength} tokens", $"{all.Length} conversations, none that short");
        }
        return (kept, all.Length - kept.Length);
    }

    private TrainingReport Train(
        DecoderModel model,
        IObjective objective,
        LoraWeights lora,
        EncodedExample[] examples,
        TrainingPlan memory,
        TrainingCheckpoint checkpoint,
        Device device,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var began = Time.GetTimestamp();
        var parameters = lora.Parameters.ToArray();
        using var flat = new FlatParameters(parameters);
        using var optimizer = optim.AdamW(flat.All, lr: _options.LearningRate, weight_decay: _options.WeightDecay);
        var plan = Plan(examples, memory.Tokens);
        var (steps, before) = checkpoint.TryLoad(parameters, optimizer) ?? (new List<TrainingStep>(plan.Length), 0);
        var loop = new TrainingLoop(model, objective, parameters, Update, device)
        {
            Rate = (step, _) => LearningRate.At(step, plan.Length, _options.LearningRate, _options.WarmUp, _options.Schedule),
            ClipNorm = _options.ClipNorm,
            ZeroAll = flat.ZeroGradients,
            Source = job.Dataset,
            After = steps.Count > 0 ? steps[^1] : null,
        };
        using var curve = CurveFolder is null ? null : TrainingCurve.Open(CurveFolder, Time);
        foreach (var step in steps) curve?.Add(step, plan.Length);
        var saved = began;
        foreach (var step in loop.Run(plan.Skip(steps.Count), cancellation))
        {
            steps.Add(step);
            curve?.Add(step, plan.Length);
            progress?.Report(new TrainingProgress(step.Number, plan.Length, step.Tokens, step.Loss, step.Rate));
            if (step.Number == plan.Length || Time.GetElapsedTime(saved) < CheckpointInterval) continue;
            checkpoint.Save(steps, before + Time.GetElapsedTime(began).TotalSeconds, parameters, optimizer, draws: _options.Dropout > 0);
            saved = Time.GetTimestamp();
        }
        // The loss of a step is measured before its update: nothing has seen the effect of the last one yet.
        if (!lora.AreFinite()) throw loop.NotFinite(plan.Length, "finite weights");
        var tenth = Math.Max(1, steps.Count / 10);
        return new TrainingReport(
            examples.Length,
            0,
            plan.Length,
            steps[^1].Tokens,
            examples.Sum(example => (long)example.TargetTokens) * _options.Epochs,
            steps.Take(tenth).Average(step => step.Loss),
            steps.TakeLast(tenth).Average(step => step.Loss),
            before + Time.GetElapsedTime(began).TotalSeconds)
        {
            StartLoss = steps[0].Loss,
            HighestLoss = steps.Max(step => step.Loss),
            PeakBytes = PeakMemory.Bytes(),
            PlannedBytes = memory.Resident,
            Scale = _options.Scale(),
            ServedAlpha = _options.ServedAlpha(),
        };

        void Update(double rate)
        {
            foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
            optimizer.step();
        }
    }

    /// <summary>The batches of all steps of all epochs, in parts that fit the memory.</summary>
    private EncodedExample[][][] Plan(EncodedExample[] examples, int tokens)
    {
        var random = new Seed(job.Seed).Of("batches").Generator();
        return
        [
            .. Enumerable.Range(0, _options.Epochs)
                .SelectMany(_ => BatchPlanner.Batches(examples, _options.BatchTokens, random))
                .Chunk(_options.Accumulation)
                .Select(step => (EncodedExample[][])[.. step.SelectMany(batch => MicroBatches.Split(batch, tokens))]),
        ];
    }
}
