using MultiagentFT.Training.Data;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Objectives;

/// <summary>
/// Pretraining: an endless corpus of generated conversations, each of which says which of its turns are learned. It is in no
/// catalog, since it has no dataset.
/// </summary>
public sealed class PretrainingObjective(ICorpus corpus) : NextTokenObjective
{
    public override IEnumerable<EncodedExample> Encode(ConversationEncoder encoder)
    {
        while (true)
        {
            var conversation = corpus.Next();
            yield return encoder.Encode(conversation.Example, conversation.Loss);
        }
    }
}
