using System.Diagnostics;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Lora;

/// <summary>Trains one adapter over a frozen base (<c>mft train</c>).</summary>
public sealed class LoraTrainer(TrainingJob job)
{
    private readonly TrainingOptions _options = job.Options;

    /// <summary>Runs the job and writes the adapter, then its report beside it.</summary>
    /// <exception cref="InputException">Options, model, adapter or dataset are not usable; nothing was written.</exception>
    /// <exception cref="InputException">Training ran away to weights or a loss that are not finite; nothing was written.</exception>
    public TrainingReport Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var errors = _options.Validate().ToArray();
        if (errors.Length > 0) throw new InputException("training options: " + string.Join("; ", errors));
        job.RequireOwnOutput();
        using var file = ModelFile.Open(job.Model);
        var shape = ModelLoader.Shape(file);
        var (examples, skipped) = Encode();
        using var start = job.StartAdapter is null ? null : AdapterFile.Open(job.StartAdapter);
        start?.RequireBase(file);

        TorchLibrary.EnsureLoaded();
        if (_options.Threads > 0) set_num_threads(_options.Threads);
        if (_options.Device == "cuda" && !cuda.is_available())
            throw new InputException("training option device: expected cpu, because this build or machine has no CUDA libtorch, found cuda");
        var device = torch.device(_options.Device);
        random.manual_seed((long)(job.Seed >> 1));
        using var weights = ModelLoader.Load(file, _options.BFloat16, device);
        using var model = new DecoderModel(weights, examples.Max(example => example.Tokens.Length), _options.BFloat16);
        using var lora = start is null
            ? LoraWeights.Create(shape, _options, device)
            : LoraWeights.Load(start, shape, _options, device);
        lora.Attach(model, _options);

        var report = Train(model, lora, examples, device, progress, cancellation) with { Skipped = skipped };
        // The loss of a step is measured before its update, so nothing has looked at what the last update made.
        if (!lora.AreFinite()) throw NotFinite(report.Steps, "finite weights");
        lora.Save(job.Output, file, Path.GetFileNameWithoutExtension(job.Output));
        TrainingReports.Write(job.Output, report);
        return report;
    }

    private (TokenizedExample[] Examples, int Skipped) Encode()
    {
        var conversations = DatasetFile.Read(job.Dataset);
        using var runtime = ModelRuntimes.Open(job.Model, new LlamaRuntimeOptions { VocabularyOnly = true });
        var encoder = new ConversationEncoder(runtime.Tokenizer, runtime.ChatTemplate, job.Model);
        var all = conversations.Select((conversation, i) => Encode(encoder, conversation, i + 1)).ToArray();
        var kept = all.Where(example => example.Tokens.Length <= _options.MaxLength).ToArray();
        if (kept.Length == 0)
        {
            throw new InputException(
                job.Dataset, null, $"at least one conversation of at most {_options.MaxLength} tokens", $"{all.Length} conversations, none that short");
        }
        return (kept, all.Length - kept.Length);
    }

    private TokenizedExample Encode(ConversationEncoder encoder, ChatExample conversation, int number)
    {
        try
        {
            return encoder.Encode(conversation, _options.Loss);
        }
        catch (InputException error)
        {
            throw new InputException($"{job.Dataset}: conversation {number}: {error.Message}", error);
        }
    }

    private TrainingReport Train(
        DecoderModel model,
        LoraWeights lora,
        TokenizedExample[] examples,
        Device device,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var parameters = lora.Parameters.ToArray();
        using var optimizer = optim.AdamW(parameters, lr: _options.LearningRate, weight_decay: _options.WeightDecay);
        var plan = Plan(examples);
        var losses = new List<double>(plan.Count);
        long tokens = 0;
        for (var step = 0; step < plan.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var rate = Data.LearningRate.At(step, plan.Count, _options.LearningRate, _options.WarmUp, _options.Schedule);
            foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
            optimizer.zero_grad();
            var targets = plan[step].Sum(batch => batch.TargetTokens);
            var loss = 0.0;
            foreach (var batch in plan[step])
            {
                using var pause = CollectionPause.Start();
                using var scope = NewDisposeScope();
                var (inputs, positions, labels) = batch.ToTensors(device);
                // Each target token of a step weighs the same, whichever of its batches it is in.
                var share = model.Loss(inputs, positions, labels) * ((double)batch.TargetTokens / targets);
                share.backward();
                loss += share.ToSingle();
                tokens += batch.Tokens;
            }
            if (!double.IsFinite(loss)) throw NotFinite(step + 1, "a finite loss");
            using (CollectionPause.Start())
            using (NewDisposeScope())
            {
                if (_options.ClipNorm > 0) nn.utils.clip_grad_norm_(parameters, _options.ClipNorm);
                optimizer.step();
            }
            losses.Add(loss);
            progress?.Report(new TrainingProgress(step + 1, plan.Count, tokens, loss, rate));
        }
        var tenth = Math.Max(1, losses.Count / 10);
        return new TrainingReport(
            examples.Length,
            0,
            plan.Count,
            tokens,
            examples.Sum(example => (long)example.TargetTokens) * _options.Epochs,
            losses.Take(tenth).Average(),
            losses.TakeLast(tenth).Average(),
            clock.Elapsed.TotalSeconds);
    }

    private InputException NotFinite(int step, string expected) =>
        new(job.Dataset, $"step {step}", expected, "NaN or infinity; lower the learning rate");

    /// <summary>All steps of all epochs: each a few batches whose gradients are summed.</summary>
    private List<TrainingBatch[]> Plan(TokenizedExample[] examples)
    {
        var random = new Seed(job.Seed).Of("batches").Generator();
        var lengths = examples.Select(example => example.Tokens.Length).ToArray();
        return
        [
            .. Enumerable.Range(0, _options.Epochs)
                .SelectMany(_ => BatchPlanner.Epoch(lengths, _options.BatchTokens, random))
                .Select(indices => new TrainingBatch([.. indices.Select(index => examples[index])]))
                .Chunk(_options.Accumulation),
        ];
    }
}
