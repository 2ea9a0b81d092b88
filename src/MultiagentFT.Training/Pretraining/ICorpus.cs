namespace MultiagentFT.Training.Pretraining;

/// <summary>An endless stream of generated conversations.</summary>
public interface ICorpus
{
    CorpusConversation Next();
}
