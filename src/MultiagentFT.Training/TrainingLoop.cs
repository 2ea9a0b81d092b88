using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;
using MultiagentFT.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training;

/// <summary>The one training loop, of adapters and of whole models: sum the gradients of a step's batches, clip, update.</summary>
/// <param name="model">Computes the loss; not owned.</param>
/// <param name="objective">Whose examples the steps are made of.</param>
/// <param name="parameters">What is trained.</param>
/// <param name="update">Moves the parameters by their gradients at a learning rate.</param>
/// <param name="device">Where the model is.</param>
public sealed class TrainingLoop(DecoderModel model, IObjective objective, IReadOnlyList<Parameter> parameters, Action<double> update, Device device)
{
    /// <summary>The learning rate of a step, given its number from 0 and the tokens before it.</summary>
    public required Func<int, long, double> Rate { get; init; }

    /// <summary>Gradients are scaled down to this norm; 0 leaves them.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>Where the examples come from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>Sets the gradients of all parameters to zero; null does so one by one.</summary>
    public Action? ZeroAll { get; init; }

    /// <summary>The last step of an earlier run that this one continues; null begins at the first.</summary>
    public TrainingStep? After { get; init; }

    /// <summary>Takes the steps as they are enumerated, which ends the training where the caller stops.</summary>
    /// <param name="steps">The batches of each step.</param>
    /// <param name="cancellation">Ends the training at the next step.</param>
    /// <exception cref="InputException">A loss is NaN or infinite.</exception>
    public IEnumerable<TrainingStep> Run(IEnumerable<IReadOnlyList<EncodedExample[]>> steps, CancellationToken cancellation)
    {
        var (number, tokens) = (After?.Number ?? 0, After?.Tokens ?? 0L);
        foreach (var batches in steps)
        {
            cancellation.ThrowIfCancellationRequested();
            var rate = Rate(number++, tokens);
            var loss = SumGradients(batches);
            if (!double.IsFinite(loss)) throw NotFinite(number, "a finite loss");
            Update(rate);
            tokens += batches.Sum(batch => batch.Sum(example => (long)example.TotalTokens));
            yield return new TrainingStep(number, tokens, loss, rate);
        }
    }

    internal InputException NotFinite(int step, string expected) =>
        new(Source, $"step {step}", expected, "NaN or infinity; lower the learning rate");

    private double SumGradients(IReadOnlyList<EncodedExample[]> batches)
    {
        ZeroGradients();
        var weight = batches.Sum(Weight);
        var sum = 0.0;
        foreach (var batch in batches)
        {
            using var pause = CollectionPause.Start();
            using var scope = NewDisposeScope();
            model.Forget();
            // Each target token of a step weighs the same, whichever of its batches it is in.
            var share = objective.Loss(model, batch, device) * ((double)Weight(batch) / weight);
            share.backward();
            model.Backward();
            sum += share.ToSingle();
        }
        return sum;
    }

    private void ZeroGradients()
    {
        using var pause = CollectionPause.Start();
        using var scope = NewDisposeScope();
        if (ZeroAll is not null) ZeroAll();
        else foreach (var parameter in parameters) parameter.grad?.zero_();
    }

    private void Update(double rate)
    {
        using var pause = CollectionPause.Start();
        using var scope = NewDisposeScope();
        if (ClipNorm > 0) nn.utils.clip_grad_norm_(parameters, ClipNorm);
        update(rate);
    }

    private static int Weight(EncodedExample[] batch) => batch.Sum(example => example.Weight);
}
