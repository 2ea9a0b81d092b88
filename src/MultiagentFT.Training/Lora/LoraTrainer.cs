using System.Diagnostics;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
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
    private readonly TrainingOptions _options = job.Options;

    /// <summary>Told what the training will take, before the model is loaded.</summary>
    public Action<TrainingPlan>? OnPlanned { get; init; }

    /// <summary>Runs the job and writes the adapter, then its report beside it.</summary>
    /// <exception cref="InputException">
    /// Options, model, adapter or dataset are not usable, or the loss or the weights became NaN or infinite; nothing was written.
    /// </exception>
    public TrainingReport Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var errors = _options.Validate().ToArray();
        if (errors.Length > 0) throw new InputException("training options: " + string.Join("; ", errors));
        ThreadLimit.Check("training.threads", _options.Threads);
        var objective = (objectives ?? ObjectiveCatalog.Default).Require(_options.Objective).Create(job);
        job.RequireOwnOutput();
        _ = OutputPath.RequireFile(job.Output, "output");
        using var file = ModelFile.Open(job.Model);
        var shape = ModelLoader.Shape(file);
        WeightCheck.Run(file);
        var (examples, skipped) = Encode(objective);
        using var start = job.StartAdapter is null ? null : AdapterFile.Open(job.StartAdapter);
        start?.RequireBase(file);

        var plan = TrainingPlanner.Plan(file, _options, examples.Max(example => example.Length), examples.Max(example => example.Sequences));
        OnPlanned?.Invoke(plan);

        TorchLibrary.EnsureLoaded();
        if (_options.Threads > 0) set_num_threads(_options.Threads);
        if (_options.Device == "cuda" && !cuda.is_available())
            throw new InputException("training option device: expected cpu, because this build or machine has no CUDA libtorch, found cuda");
        var device = torch.device(_options.Device);
        random.manual_seed((long)(job.Seed >> 1));
        using var weights = ModelLoader.Load(file, _options.BFloat16, device, storesMatrices: plan.Keep == Kept.Nothing);
        using var model = new DecoderModel(weights, plan.Length, _options.BFloat16, recomputes: plan.Keep != Kept.Activations);
        using var lora = start is null
            ? LoraWeights.Create(shape, _options, device)
            : LoraWeights.Load(start, shape, _options, device);
        lora.Attach(model, _options);
        using var reference = new TensorList(start is null || _options.Reference == ReferencePolicy.Base ? [] : lora.Freeze(model, _options));
        objective.Prepare(model, examples, device);

        var report = Train(model, objective, lora, examples, plan, device, progress, cancellation) with { Skipped = skipped };
        lora.Save(job.Output, file, Path.GetFileNameWithoutExtension(job.Output));
        TrainingReports.Write(job.Output, report);
        return report;
    }

    private (EncodedExample[] Examples, int Skipped) Encode(IObjective objective)
    {
        using var runtime = ModelRuntimes.Open(job.Model, new LlamaRuntimeOptions { VocabularyOnly = true });
        var all = objective.Encode(new ConversationEncoder(runtime.Tokenizer, runtime.ChatTemplate, job.Model)).ToArray();
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
        Device device,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var parameters = lora.Parameters.ToArray();
        using var optimizer = optim.AdamW(parameters, lr: _options.LearningRate, weight_decay: _options.WeightDecay);
        var plan = Plan(examples, memory.Tokens);
        var loop = new TrainingLoop(model, objective, parameters, Update, device)
        {
            Rate = (step, _) => LearningRate.At(step, plan.Length, _options.LearningRate, _options.WarmUp, _options.Schedule),
            ClipNorm = _options.ClipNorm,
            Source = job.Dataset,
        };
        var steps = new List<TrainingStep>(plan.Length);
        foreach (var step in loop.Run(plan, cancellation))
        {
            steps.Add(step);
            progress?.Report(new TrainingProgress(step.Number, plan.Length, step.Tokens, step.Loss, step.Rate));
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
            clock.Elapsed.TotalSeconds)
        {
            StartLoss = steps[0].Loss,
            HighestLoss = steps.Max(step => step.Loss),
            PeakBytes = PeakMemory.Bytes(),
            PlannedBytes = memory.Resident,
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
