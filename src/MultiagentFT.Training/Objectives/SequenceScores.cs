using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>Logarithms of the probabilities of whole answers, by the model that learns and by the reference policy.</summary>
/// <param name="perToken">Whether they are means over an answer's tokens instead of sums.</param>
internal sealed class SequenceScores(bool perToken)
{
    private readonly Dictionary<EncodedExample, (float First, float Second)> _reference = new(ReferenceEqualityComparer.Instance);

    /// <returns>[examples] and [examples] in nats, with a graph where one is made.</returns>
    public (Tensor First, Tensor Second) Of(DecoderModel model, IReadOnlyList<SequencePair> batch, Device device)
    {
        var scores = Score(model, [.. batch.Select(pair => pair.First), .. batch.Select(pair => pair.Second)], device);
        return (scores.narrow(0, 0, batch.Count), scores.narrow(0, batch.Count, batch.Count));
    }

    /// <inheritdoc cref="Of"/>
    public Tensor Score(DecoderModel model, TokenizedExample[] sequences, Device device)
    {
        var batch = new TrainingBatch(sequences);
        var (tokens, positions, targets) = batch.ToTensors(device);
        var log = model.LogProbabilities(tokens, positions, targets);
        var sums = zeros(batch.Rows, device: device).index_add(0, positions.div(batch.Length, RoundingMode.floor), log, 1);
        return perToken ? sums / tensor([.. sequences.Select(sequence => (float)sequence.TargetTokens)], device: device) : sums;
    }

    /// <summary>Scores all pairs by the reference policy, each pair alone, so that nothing depends on what it is later batched with.</summary>
    public void Prepare(DecoderModel model, IEnumerable<EncodedExample> examples, Device device)
    {
        foreach (var pair in examples.Cast<SequencePair>())
        {
            using var pause = CollectionPause.Start();
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            using var reference = model.UseReference();
            var (first, second) = Of(model, [pair], device);
            _reference[pair] = (first.ToSingle(), second.ToSingle());
        }
    }

    /// <returns>What <see cref="Prepare"/> has found: [examples] and [examples].</returns>
    public (Tensor First, Tensor Second) OfReference(IReadOnlyList<SequencePair> batch, Device device) => (
        tensor([.. batch.Select(pair => _reference[pair].First)], device: device), tensor([.. batch.Select(pair => _reference[pair].Second)], device: device));
}
