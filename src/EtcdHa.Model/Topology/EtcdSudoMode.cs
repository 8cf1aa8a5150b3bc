namespace EtcdHa;

/// <summary>How commands on a host become root.</summary>
public enum EtcdSudoMode
{
    /// <summary>Root needs nothing; others use <c>sudo -n</c>, and the sudo password if one was given and sudo asks for it.</summary>
    Auto,

    /// <summary><c>sudo -n</c> only: a sudo that asks for a password is an error, even if one was given.</summary>
    NonInteractive,

    /// <summary>The sudo password is given on sudo's standard input.</summary>
    Password,

    /// <summary>No sudo: the user who logs in must have the rights.</summary>
    None,
}
