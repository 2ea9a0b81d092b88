using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>What a training minimizes: the examples and the loss of a batch of them. One file an objective.</summary>
public interface IObjective
{
    /// <summary>All examples as tokens, in the order of their source; endless where they are generated.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">An example cannot be learned from; the message names it.</exception>
    IEnumerable<EncodedExample> Encode(ConversationEncoder encoder);

    /// <summary>Is called once, before the first step, with all examples that will be learned from, and the model as it is then.</summary>
    void Prepare(DecoderModel model, IReadOnlyList<EncodedExample> examples, Device device)
    {
    }

    /// <summary>
    /// The loss of a batch of examples from <see cref="Encode"/>: a scalar with its graph, the mean over their
    /// <see cref="EncodedExample.Weight"/>.
    /// </summary>
    Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device);
}
