namespace EtcdHa.Console.Hosting;

/// <summary>A prompt that runs while a command waits, as after the answer 'Suspend'.</summary>
internal interface INestedPrompt
{
    void Enter();

    void Leave();
}
