using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>
/// Kahneman-Tversky optimization (arXiv 2402.01306) of completions that are wanted or not: λ_D · (1 − σ(β(r − z))) and λ_U · (1 − σ(β(z − r))) with
/// r = log π/ref of the completion. z is the larger of 0 and the mean of log π/ref over answers that belong to other prompts of the
/// batch's examples, without a gradient: an estimate of how far the policy has moved.
/// </summary>
/// <param name="dataset">Completions as <see cref="PreferenceFile"/> reads them, at least two.</param>
/// <param name="beta">β.</param>
/// <param name="desirable">λ_D.</param>
/// <param name="undesirable">λ_U.</param>
public sealed class KtoObjective(string dataset, double beta, double desirable, double undesirable) : IObjective
{
    private readonly SequenceScores _scores = new(perToken: false);

    public static ObjectiveEntry Entry { get; } = new(
        "kto",
        "Kahneman-Tversky optimization",
        "how much wanted completions gain on the reference policy and unwanted ones lose; prompt, completion, label",
        job => new KtoObjective(job.Dataset, job.Options.Beta, job.Options.DesirableWeight, job.Options.UndesirableWeight));

    public IEnumerable<EncodedExample> Encode(ConversationEncoder encoder)
    {
        var completions = PreferenceFile.ReadLabelled(dataset);
        if (completions.Count < 2) throw new InputException(dataset, null, "at least two completions", $"{completions.Count}");
        for (var i = 0; i < completions.Count; i++)
        {
            var (prompt, completion, label) = completions[i];
            var name = $"{dataset}: completion {i + 1}";
            // The next one's answer, as TRL pairs them within a batch.
            var other = completions[(i + 1) % completions.Count].Completion;
            yield return new Labelled(
                PreferenceEncoding.Encode(encoder, prompt, completion, name), PreferenceEncoding.Encode(encoder, prompt, other, name), label);
        }
    }

    public void Prepare(DecoderModel model, IReadOnlyList<EncodedExample> examples, Device device) => _scores.Prepare(model, examples, device);

    public Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device)
    {
        Labelled[] examples = [.. batch.Cast<Labelled>()];
        var (reference, referenceOther) = _scores.OfReference(examples, device);
        var policy = _scores.Score(model, [.. examples.Select(example => example.First)], device);
        Tensor others;
        using (no_grad()) others = _scores.Score(model, [.. examples.Select(example => example.Second)], device);
        return Loss(
            policy - reference, tensor([.. examples.Select(example => example.Label)], device: device), others - referenceOther, beta, desirable, undesirable);
    }

    /// <param name="ratios">log π/ref of the completions [examples].</param>
    /// <param name="labels">Whether they are wanted [examples], bool.</param>
    /// <param name="others">log π/ref of answers to other prompts.</param>
    /// <param name="beta">β.</param>
    /// <param name="desirable">λ_D.</param>
    /// <param name="undesirable">λ_U.</param>
    internal static Tensor Loss(Tensor ratios, Tensor labels, Tensor others, double beta, double desirable, double undesirable)
    {
        var gain = ratios - others.mean().clamp_min(0).detach();
        var sign = where(labels, 1f, -1f);
        var weight = where(labels, (float)desirable, (float)undesirable);
        return (weight * (1 - (beta * sign * gain).sigmoid())).mean();
    }

    private sealed record Labelled(TokenizedExample First, TokenizedExample Second, bool Label) : SequencePair(First, Second);
}
