namespace MultiagentFT.Contracts.Training;

/// <summary>Which tokens of a conversation count in the loss.</summary>
public enum LossTarget
{
    /// <summary>The last assistant turn and the end of it.</summary>
    LastTurn,

    /// <summary>Every assistant turn, as the paper's released code does: a critic is then also trained on a first answer that was wrong.</summary>
    AllTurns,
}
